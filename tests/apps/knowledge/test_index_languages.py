"""What the languages that an embedding model reads change in a search, and what they do not."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F

from apps.core.actor import SYSTEM
from apps.inference import services as inference
from apps.knowledge.indexing.build import builds_recover, index_build
from apps.knowledge.indexing.indexes import index_active
from apps.knowledge.models import Collection, PassageVector
from apps.knowledge.retrieval.candidates import find_candidates, question_prepare
from apps.knowledge.retrieval.features import NAMES
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.sentences import score_sentences
from apps.knowledge.retrieval.tokens import question_tokens
from apps.knowledge.retrieval.types import Language
from apps.knowledge.services import search_wide
from tests.apps.knowledge.conftest import Import, fake_embed

pytestmark = pytest.mark.django_db
COSINES = [NAMES.index(name) for name in ("cosine", "cosine_around")]
QUESTIONS: list[tuple[Language, str]] = [("zh", "退货期有多少天？"), ("en", "How many days is the return period?")]


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_vectors_find_pages_and_judge_sentences_in_either_language(
    help_pages: Collection, language: Language, question: str
) -> None:
    scope = scope_of([help_pages.pk], language)
    prepared = question_prepare(scope, question, question_tokens(question))
    found = find_candidates(scope, prepared)
    assert {candidate.scores.dense_rank is not None for candidate in found if candidate.scores} == {True}
    sentences = score_sentences(prepared, found, language)
    assert any(sentence.features[column] for sentence in sentences for column in COSINES)


@pytest.mark.parametrize(("language", "question"), QUESTIONS)
def test_the_packaged_model_keeps_to_the_language_of_the_question(
    help_pages: Collection, language: Language, question: str
) -> None:
    index_build(actor=SYSTEM, embedder=inference.EMBEDDER_ID)
    assert {passage.language for passage in search(collection_ids=[help_pages.pk], question=question).passages} == {
        language
    }


def test_a_chinese_question_is_answered_where_the_model_reads_english_only(help_pages: Collection) -> None:
    index_build(actor=SYSTEM, embedder=inference.EMBEDDER_ID, languages=["en"])
    found = search(collection_ids=[help_pages.pk], question="炉边会员的退货期有多少天？")
    assert "45 天" in found.passages[0].text
    assert found.passages[0].scores is not None and found.passages[0].scores.cosine is None
    assert found.confidence > 0.2


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(language of the packaged model, text) of each question."""
    found: list[tuple[str, str]] = []

    def embed(*, texts: list[str], purpose: str, language: str = "en") -> list[list[float]]:
        found.extend((language, text) for text in texts if purpose == "query")
        return fake_embed(texts=[MEANING.get(text, text) for text in texts], purpose=purpose, language=language)

    monkeypatch.setattr(inference, "embed_sync", embed)
    return found


MEANING = {"Who decides the weekend rota?": "值班安排 周末值班由两人轮流负责，每班八小时。"}


def test_an_english_question_finds_a_chinese_page_where_no_page_is_english(
    pages: Path, import_into: Import, asked: list[tuple[str, str]]
) -> None:
    import_into("chinese", pages / "zh")
    question = next(iter(MEANING))
    found = search_wide(collection_ids=[Collection.objects.get().pk], question=question, threshold=0.2)
    assert "值班" in found.passages[0].text
    assert asked == [("zh", question), ("en", question)]  # both models read it


def test_a_chinese_question_about_english_pages_is_written_in_english_for_their_model(
    pages: Path, import_into: Import, asked: list[tuple[str, str]]
) -> None:
    import_into("english", pages / "en")
    found = search_wide(collection_ids=[Collection.objects.get().pk], question="退货", threshold=0.2)
    assert found.passages and found.passages[0].language == "en"
    assert [(language, text.isascii()) for language, text in asked] == [("en", True), ("zh", False)]


def test_chinese_passages_that_lost_their_vectors_are_compared_again_once_the_worker_has_been_there(
    help_pages: Collection,
) -> None:
    def cosine() -> float | None:
        scores = search(collection_ids=[help_pages.pk], question="退货期有多少天？").passages[0].scores
        return scores.cosine if scores else None

    before = cosine()
    PassageVector.objects.filter(language="zh").delete()
    Collection.objects.update(version=F("version") + 1)
    assert cosine() is None
    builds_recover()
    assert cosine() == pytest.approx(before)


def test_an_earlier_release_finds_no_vector_that_another_model_made(help_pages: Collection) -> None:
    def held() -> tuple[set[str], set[str]]:
        """Languages of vectors, and ends of the names of their indexes."""
        name = f"vector_hnsw_{index_active().pk.hex}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE %s", [f"{name}%"])
            indexes = {row[0].removeprefix(name) for row in cursor.fetchall()}
        return set(PassageVector.objects.values_list("language", flat=True)), indexes

    operation = import_module("apps.knowledge.migrations.0024_a_model_for_each_language").Migration.operations[0]
    editor = SimpleNamespace(connection=connection)
    assert held() == ({"en", "zh"}, {"_en", "_zh"})
    operation.reverse_code(apps, editor)
    assert held() == ({"en"}, {""})
    operation.code(apps, editor)
    assert held() == ({"en"}, {"_en", "_zh"})
    builds_recover()
    assert held() == ({"en", "zh"}, {"_en", "_zh"})
