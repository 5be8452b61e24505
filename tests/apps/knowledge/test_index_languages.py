"""What an embedding model that reads several languages changes in a search, and what it does not."""

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

pytestmark = pytest.mark.django_db
COSINES = [NAMES.index(name) for name in ("cosine", "cosine_around")]


@pytest.mark.parametrize(
    ("language", "question", "compared"),
    [("zh", "退货期有多少天？", False), ("en", "How many days is the return period?", True)],
)
def test_vectors_find_pages_and_judge_sentences_only_where_that_was_fitted(
    help_pages: Collection, language: str, question: str, compared: bool
) -> None:
    index_build(actor=SYSTEM, embedder=inference.EMBEDDER_ID, languages=["en", "zh"])
    scope = scope_of([help_pages.pk], "zh" if language == "zh" else "en")
    prepared = question_prepare(scope, question, question_tokens(question))
    found = find_candidates(scope, prepared)
    assert {candidate.scores.dense_rank is not None for candidate in found if candidate.scores} == {True}
    sentences = score_sentences(prepared, found, "zh" if language == "zh" else "en")
    assert any(sentence.features[column] for sentence in sentences for column in COSINES) is compared
