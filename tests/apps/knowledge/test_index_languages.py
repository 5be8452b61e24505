"""What the languages that an embedding model reads change in a search, and what they do not."""

import pytest

from apps.core.actor import SYSTEM
from apps.inference import services as inference
from apps.knowledge.indexing.build import index_build
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.candidates import find_candidates, question_prepare
from apps.knowledge.retrieval.features import NAMES
from apps.knowledge.retrieval.scope import scope_of
from apps.knowledge.retrieval.sentences import score_sentences
from apps.knowledge.retrieval.tokens import question_tokens
from apps.knowledge.retrieval.types import Language
from apps.knowledge.services import search

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
