"""Embedding indexes: who may build and see them, and how long a build still takes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import Role
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import NotAllowed
from apps.inference import services as inference
from apps.knowledge.models import EmbeddingIndex
from apps.knowledge.selectors import embedding_indexes
from apps.knowledge.services import index_build_cancel, index_build_start

pytestmark = pytest.mark.django_db
MODEL = inference.EMBEDDER_ID


@pytest.mark.parametrize("role", ["", Role.CUSTOMER, Role.REVIEWER])
def test_an_outsider_neither_builds_nor_gives_up_nor_sees_indexes(role: str) -> None:
    outsider = Actor(user_id=5, label="x", role=role)
    with pytest.raises(NotAllowed):
        index_build_start(actor=outsider, embedder=MODEL)
    index = index_build_start(actor=SYSTEM, embedder=MODEL)
    with pytest.raises(NotAllowed):
        index_build_cancel(actor=outsider, index_id=index.pk)
    with pytest.raises(NotAllowed):
        embedding_indexes(actor=outsider)
    assert EmbeddingIndex.objects.get(pk=index.pk).state == "building"


def test_how_long_a_build_still_takes_is_told_by_its_present_run() -> None:
    index = index_build_start(actor=SYSTEM, embedder=MODEL)
    index.done, index.total, index.run_done = 300, 1000, 200
    index.run_at = timezone.now() - timedelta(seconds=10)
    index.save()
    progress = embedding_indexes(actor=SYSTEM)[1]
    assert progress.share == pytest.approx(0.3)
    assert progress.seconds_left == pytest.approx(70, rel=0.1)
    index.run_at = timezone.now()
    index.save()
    assert embedding_indexes(actor=SYSTEM)[1].seconds_left is None
