"""What the database is asked of candidate passages."""

import uuid
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.knowledge.indexing.indexes import index_active
from apps.knowledge.models import Collection, Document, Passage
from apps.knowledge.retrieval.evidence import evidence
from apps.knowledge.retrieval.tokens import tsvector
from tests.examples import examples

pytestmark = pytest.mark.django_db

WORDS = ["lamp", "cabl", "灯", "台灯", "it's", "a\\b", "9"]


@settings(
    max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=300), min_size=1, max_size=3))
def test_each_word_is_counted_as_often_as_it_stands_in_each_passage(db: None, texts: list[list[str]]) -> None:
    collection = Collection.objects.create(slug=uuid.uuid4().hex, name="x")
    document = Document.objects.create(collection=collection, name="x")
    rows = [
        Passage(
            collection=collection,
            document=document,
            position=position,
            text="x",
            language="en",
            spans=[0, 1],
            lexemes=tsvector(words),
            tokens_count=len(words),
        )
        for position, words in enumerate(texts)
    ]
    Passage.objects.bulk_create(rows)
    found = evidence([row.pk for row in rows], WORDS, None, None)
    expected = [[min(Counter(words)[word], 255) for word in WORDS] for words in texts]
    assert found.frequencies.tolist() == expected
    assert found.lengths.tolist() == [len(words) for words in texts]
    assert np.isnan(found.cosines).all()


def test_a_passage_that_has_gone_meanwhile_holds_nothing(help_pages: Collection) -> None:
    own = Passage.objects.filter(document__name="en/lamp.html").first()
    found = evidence([uuid.uuid4(), own.pk], ["lamp"], index_active(), [1.0] * 384)
    assert found.frequencies[0].tolist() == [0]
    assert found.frequencies[1][0] > 0
    assert np.isnan(found.cosines[0])
    assert not np.isnan(found.cosines[1])
