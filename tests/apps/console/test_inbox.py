"""The inbox: who looks into a customer's conversation is recorded, once for each opening."""

from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Role
from apps.audit.models import AuditEvent
from apps.chat.models import Conversation

from .conftest import World, as_role


def readings() -> int:
    return AuditEvent.objects.filter(action="transcript.read").count()


@pytest.fixture
def page(world: World) -> str:
    Conversation.objects.update(standing="waiting", standing_at=timezone.now())
    return f"/console/inbox/{world.conversation.pk}/"


def opened(client: Client, page: str, visit: str = "") -> str:
    response = client.get(page, headers={"X-Visit": visit} if visit else {})
    assert response.status_code == 200
    return response.context["visit"]


def test_an_opening_is_one_reading_however_often_its_page_is_read_again(reviewer: Client, page: str) -> None:
    visit = opened(reviewer, page)
    assert f'data-visit="{visit}"' in reviewer.get(page, headers={"X-Visit": visit}).content.decode()
    assert [opened(reviewer, page, visit) for _change in range(3)] == [visit] * 3
    assert readings() == 1
    opened(reviewer, page)
    assert readings() == 2


def test_a_mark_counts_for_its_person_its_conversation_and_a_day_of_work(
    reviewer: Client, page: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = opened(as_role(Role.ADMIN), page)
    other = Conversation.objects.create(assistant=world.conversation.assistant, standing="waiting", title="x")
    elsewhere = opened(reviewer, f"/console/inbox/{other.pk}/")
    with monkeypatch.context() as yesterday:
        then = timezone.now() - timedelta(days=1)
        yesterday.setattr("django.core.signing.time.time", then.timestamp)
        old = opened(reviewer, page)
    before = readings()
    forged = TimestampSigner(key="guessed", salt="visit").sign("1 2")
    for mark in (others, elsewhere, old, forged, "nonsense", "词".encode().decode("latin-1")):
        assert opened(reviewer, page, mark) != mark
    assert readings() == before + 6
