"""Why a question finds what it finds: each candidate's numbers, and its best sentence with what it weighed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.core.language import detect_language

from .candidates import find_candidates, question_prepare
from .features import NAMES_OF
from .scope import scope_of
from .sentences import score_sentences
from .tokens import question_tokens
from .types import Language, PassageScores


@dataclass(frozen=True)
class ExplainedPassage:
    """A candidate; `held` are the question's words that it holds. `features` are those of its best sentence by
    their names, empty where it has none.
    """

    passage_id: UUID
    title: str
    heading: str
    scores: PassageScores
    held: tuple[str, ...]
    sentence: str
    sentence_score: float
    features: dict[str, float]


@dataclass(frozen=True)
class Explanation:
    """`words` are the question's with their weights (inverse document frequencies), the rarest first. `embedder` is
    the model that compared meanings, empty where none did.
    """

    language: Language
    passages_in_scope: int
    embedder: str
    words: dict[str, float]
    candidates: tuple[ExplainedPassage, ...]


def explain(*, collection_ids: Iterable[UUID], question: str) -> Explanation:
    """All candidates by their fused scores, before anything reranks them. Raises what a search does."""
    language = detect_language(question)
    scope = scope_of(collection_ids, language)
    asked = question_prepare(scope, question, question_tokens(question))
    candidates = find_candidates(scope, asked)
    best: dict[int, tuple[str, float, dict[str, float]]] = {}
    for one in score_sentences(asked, candidates, language):
        text = candidates[one.passage].passage.text[one.start : one.end]
        named = dict(zip(NAMES_OF[language], (float(value) for value in one.features), strict=True))
        best.setdefault(one.passage, (text, one.score, named))
    words = dict(sorted(asked.idf.items(), key=lambda word: -word[1]))
    explained = (
        ExplainedPassage(
            passage_id=candidate.passage.pk,
            title=candidate.passage.document.title,
            heading=candidate.passage.heading,
            scores=candidate.scores,
            held=tuple(word for word in words if word in candidate.held),
            sentence=best[index][0] if index in best else "",
            sentence_score=best[index][1] if index in best else 0.0,
            features=best[index][2] if index in best else {},
        )
        for index, candidate in enumerate(candidates)
        if candidate.scores
    )
    embedder = scope.index.embedder if scope.index else ""
    return Explanation(language, scope.passages, embedder, words, tuple(explained))
