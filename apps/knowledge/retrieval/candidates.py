"""From a question to the passages worth reading, with what is known of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from ..indexing.embedder import embed
from ..models import EmbeddingIndex, Passage, PassageVector
from .dense import dense_candidates
from .evidence import evidence
from .fuse import fuse
from .lexical import bm25, lexical_candidates
from .scope import Scope
from .types import PassageScores

LEXICAL_POOL, DENSE_POOL = 80, 40
READ = 8  # passages whose sentences are looked at


@dataclass(frozen=True)
class Candidate:
    """A passage with its evidence. `cosine` is None where the question or the passage has no vector."""

    passage: Passage
    score: float
    bm25: float
    cosine: float | None
    held: frozenset[str]  # the question's tokens that the passage, its title or its headings hold
    scores: PassageScores | None = None  # how the score came about


@dataclass(frozen=True)
class Question:
    """A question made ready: its tokens' weights, and its vector where the scope has vectors to compare with."""

    text: str
    idf: dict[str, float]
    vector: np.ndarray | None


def question_prepare(scope: Scope, text: str, tokens: list[str]) -> Question:
    """Raises RuntimeUnavailable: a search that silently knew less would answer worse without saying so."""
    vector = None
    if scope.index and text.strip():
        vector = embed(scope.index, [text], purpose="query", language=scope.language)[0]
    return Question(text, scope.idf(tokens), None if vector is None else np.asarray(vector, dtype=np.float32))


def said(candidates: Iterable[Candidate]) -> str:
    """All that they and what stands above them say."""
    read = (one.passage for one in candidates)
    return "\n".join(part for one in read for part in (one.document.title, one.heading, one.text))


def find_candidates(scope: Scope, question: Question, read: int = READ) -> list[Candidate]:
    """At most `read`, best first."""
    index, vector = scope.index, None if question.vector is None else question.vector.tolist()
    worded = lexical_candidates(scope, question.idf, LEXICAL_POOL)
    near = dense_candidates(scope, index, vector, DENSE_POOL) if index and vector else []
    ids = list(dict.fromkeys(worded + near))
    if not ids:
        return []
    tokens = list(question.idf)
    known = evidence(ids, tokens, index, vector)
    words = bm25(known.frequencies, np.array([question.idf[t] for t in tokens]), known.lengths, scope.mean_tokens)
    fused = fuse(words, known.cosines)
    order = sorted(range(len(ids)), key=lambda i: (-fused[i], ids[i]))[:read]
    rows = read_passages([ids[i] for i in order], index)
    return [
        _candidate(
            rows[ids[i]],
            PassageScores(
                lexical_rank=_rank(ids[i], worded),
                dense_rank=_rank(ids[i], near),
                bm25=float(words[i]),
                cosine=None if np.isnan(known.cosines[i]) else float(known.cosines[i]),
                fused=float(fused[i]),
            ),
            frozenset(token for token, times in zip(tokens, known.frequencies[i], strict=True) if times),
        )
        for i in order
        if ids[i] in rows
    ]


def _rank(pk: UUID, ranking: list[UUID]) -> int | None:
    return ranking.index(pk) + 1 if pk in ranking else None


def _candidate(passage: Passage, scores: PassageScores, held: frozenset[str]) -> Candidate:
    return Candidate(passage, scores.fused, scores.bm25, scores.cosine, held, scores)


def read_passages(ids: list[UUID], index: EmbeddingIndex | None) -> dict[UUID, Passage]:
    """The passages, each with its sentences' vectors in `index`."""
    rows = {p.pk: p for p in Passage.objects.filter(pk__in=ids).select_related("document").defer("lexemes")}
    vectors = PassageVector.objects.filter(index=index, passage__in=ids) if index else PassageVector.objects.none()
    for pk, sentences in vectors.values_list("passage", "sentences"):
        if pk in rows:
            rows[pk].sentence_vectors = sentences
    return rows
