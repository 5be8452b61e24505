"""What a search knows of the size of its scope and of how frequent words are."""

import uuid
from typing import Any

import pytest

from apps.knowledge.models import Collection, Document, Passage
from apps.knowledge.retrieval import scope
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.tokens import tsvector

pytestmark = pytest.mark.django_db

MANY = 400


@pytest.fixture
def many(db: None, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """Every passage holds "common", every fourth "some", one "rare"."""
    monkeypatch.setattr(scope, "_SAMPLE", 100)
    monkeypatch.setattr(scope, "_FREQUENT", 50)
    collection = Collection.objects.create(slug="many", name="Many")
    add(collection, MANY)
    return collection


def add(collection: Collection, count: int) -> None:
    document = Document.objects.create(collection=collection, name=uuid.uuid4().hex)
    Passage.objects.bulk_create(
        Passage(
            collection=collection,
            document=document,
            position=number,
            text="x",
            language="en",
            spans=[0, 1],
            lexemes=tsvector(["common"] + ["some"] * (number % 4 == 0) + ["rare"] * (number == 0)),
            tokens_count=2,
        )
        for number in range(count)
    )
    Collection.objects.filter(pk=collection.pk).update(version=count)


def test_frequent_words_of_a_large_scope_are_counted_by_a_sample_and_rare_ones_exactly(many: Collection) -> None:
    found = scope_of([many.pk], "en")
    assert set(found.frequencies) == {"common"}
    assert MANY * 0.6 < found.frequencies["common"] < MANY * 1.4
    idf = found.idf(["common", "some", "rare", "never"])
    assert found.frequencies["some"] == MANY / 4
    assert found.frequencies["rare"] == 1
    assert idf["never"] > idf["rare"] > idf["some"] > idf["common"] >= 0


def test_a_sample_serves_again_while_the_scope_has_changed_little(many: Collection) -> None:
    first = scope_of([many.pk], "en")
    add(many, 40)
    grown = scope_of([many.pk], "en")
    assert grown.passages == MANY + 40
    assert grown.frequent == first.frequent
    assert grown.frequencies["common"] == pytest.approx(first.frequencies["common"] * 1.1, abs=1)
    add(many, MANY)
    assert scope_of([many.pk], "en").sampled == 2 * MANY + 40


def test_a_narrow_scope_is_counted_once_for_all_questions(many: Collection, django_assert_num_queries: Any) -> None:
    small = Collection.objects.create(slug="small", name="Small")
    add(small, 8)
    found = scope_of([small.pk], "en")
    first = found.idf(["common", "some", "never"])
    with django_assert_num_queries(1):  # all of it, at the second question
        assert found.idf(["rare"])
    with django_assert_num_queries(0):
        again = found.idf(["common", "some", "rare", "never", "unheard"])
    assert {token: again[token] for token in first} == first
    assert found.frequencies == {"common": 8, "some": 2, "rare": 1}


def test_nothing_is_measured_again_while_nothing_changed(many: Collection, django_assert_num_queries) -> None:
    first = scope_of([many.pk], "en")
    with django_assert_num_queries(2):  # the versions, and the index in use
        assert scope_of([many.pk], "en") is first
