"""A search sees its collections and nothing else, by words and by meaning alike; who may read what it found."""

import uuid

import numpy as np
import pytest
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from apps.chat.models import Assistant
from apps.knowledge.indexing.indexes import index_active
from apps.knowledge.models import Collection, Document, Passage, PassageVector
from apps.knowledge.retrieval.dense import dense_candidates
from apps.knowledge.retrieval.lexical import lexical_candidates
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.tokens import question_tokens, tsvector

from .conftest import Import

pytestmark = pytest.mark.django_db

SECRET = {
    "en": ("The secret launch date of the Ember lamp is the first of May.", "What is the secret launch date?"),
    "zh": ("Ember 台灯的秘密发布日期是五月一日。", "秘密发布日期是哪天？"),
}


@pytest.fixture
def secrets(help_pages: Collection, import_into: Import, tmp_path) -> Collection:
    """Another collection, whose pages answer questions best that the help pages do not."""
    folder = tmp_path / "secret"
    folder.mkdir()
    for language, (text, _) in SECRET.items():
        (folder / f"{language}.txt").write_text(text)
    import_into("secret", folder)
    return Collection.objects.get(slug="secret")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_of_another_assistant_are_never_found(
    help_pages: Collection, secrets: Collection, language: str
) -> None:
    question = SECRET[language][1]
    found = search(collection_ids=[help_pages.pk], question=question)
    assert found.passages
    assert set(Passage.objects.filter(pk__in=[p.passage_id for p in found.passages]).values_list("collection")) == {
        (help_pages.pk,)
    }
    assert "secret" in search(collection_ids=[secrets.pk], question=SECRET["en"][1]).passages[0].text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_other_collections_hold_changes_no_score(
    help_pages: Collection, import_into: Import, tmp_path, language: str
) -> None:
    question = {"en": "How long is the cable of the lamp?", "zh": "台灯的电源线有多长？"}[language]
    before = search(collection_ids=[help_pages.pk], question=question)
    folder = tmp_path / "others"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(f"The cable of lamp {number} is long. 台灯 {number} 的电源线很长。")
    import_into("others", folder)
    after = search(collection_ids=[help_pages.pk], question=question)
    assert [(p.passage_id, p.score) for p in after.passages] == [(p.passage_id, p.score) for p in before.passages]
    assert after.confidence == before.confidence


def crowd(collection: Collection, count: int, near: np.ndarray) -> None:
    """Passages of `collection` whose vectors lie round `near`, and whose words are those of the question."""
    document = Document.objects.create(collection=collection, name="crowd")
    rng = np.random.default_rng(5)
    rows = [
        Passage(
            collection=collection,
            document=document,
            position=number,
            text="lamp cable",
            language="en",
            spans=[0, 10],
            lexemes=tsvector(["lamp", "cabl"]),
            tokens_count=2,
        )
        for number in range(count)
    ]
    Passage.objects.bulk_create(rows)
    PassageVector.objects.bulk_create(
        PassageVector(
            passage=row,
            index=index_active(),
            collection=collection,
            language="en",
            vector=(near + rng.normal(scale=0.01, size=near.size)).tolist(),
            sentences=b"",
        )
        for row in rows
    )
    Collection.objects.filter(pk=collection.pk).update(version=99)


def test_a_small_collection_among_many_nearer_passages_still_yields_as_many_as_were_asked_for(
    help_pages: Collection,
) -> None:
    near = np.ones(384) / np.sqrt(384)
    crowd(Collection.objects.create(slug="crowd", name="Crowd"), 400, near)
    with connection.cursor() as cursor:  # so small a table would be read whole
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    scope = scope_of([help_pages.pk], "en")
    english = set(Passage.objects.filter(collection=help_pages, language="en").values_list("pk", flat=True))
    assert set(dense_candidates(scope, index_active(), near.tolist(), 40)) == english


def test_words_are_looked_for_only_in_the_scope(help_pages: Collection) -> None:
    crowd(Collection.objects.create(slug="crowd", name="Crowd"), 100, np.ones(384))
    scope = scope_of([help_pages.pk], "en")
    found = lexical_candidates(scope, scope.idf(question_tokens("lamp cable")), 80)
    assert set(Passage.objects.filter(pk__in=found).values_list("collection", flat=True)) == {help_pages.pk}


@pytest.mark.parametrize("question", ["Who founded the company?", "公司是谁创办的？"])
def test_a_deleted_document_is_never_found_again(help_pages: Collection, question: str) -> None:
    first = search(collection_ids=[help_pages.pk], question=question).passages[0]
    Document.objects.get(pk=first.document_id).delete()
    Collection.objects.filter(pk=help_pages.pk).update(version=99)
    left = search(collection_ids=[help_pages.pk], question=question).passages
    assert first.document_id not in {passage.document_id for passage in left}


STAFF = {"reviewer", "operator", "admin"}
CAST = {"visitor", "customer", *STAFF}


@pytest.mark.parametrize(
    ("audience", "enabled", "readers"),
    [
        ("everyone", True, CAST),
        ("members", True, CAST - {"visitor"}),
        ("staff", True, STAFF),
        ("everyone", False, STAFF),
    ],
)
def test_a_source_can_be_read_by_those_whom_an_assistant_answers_from_it(
    help_pages: Collection, audience: str, enabled: bool, readers: set[str]
) -> None:
    assistant = Assistant.objects.create(slug="a", name="A", audience=audience, enabled=enabled)
    assistant.collections.add(help_pages)
    passage = Passage.objects.filter(collection=help_pages).first()
    answers = {who: set() for who in CAST}
    for who in CAST:
        client = Client()
        if who != "visitor":
            client.force_login(User.objects.create(username=who, role=who))
        for asked in (passage.pk, uuid.uuid4()):
            answers[who].add((asked == passage.pk, client.get(f"/api/knowledge/passages/{asked}/").status_code))
    assert answers == {who: {(True, 200 if who in readers else 404), (False, 404)} for who in CAST}
