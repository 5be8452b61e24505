"""From a question to the passages worth reading, with what is known of each."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from ..models import Passage
from .dense import cosines, dense_candidates, embed_question
from .fuse import fuse
from .lexical import bm25, lexical_candidates, term_frequencies
from .scope import Scope

LEXICAL_POOL, DENSE_POOL = 80, 40
READ = 8  # passages whose sentences are looked at


@dataclass(frozen=True)
class Candidate:
    """A passage with its evidence; `cosine` is None where the question or the passage has no vector."""

    passage: Passage
    score: float
    bm25: float
    cosine: float | None
    held: frozenset[str]  # the question's tokens that the passage, its title or its headings hold


@dataclass(frozen=True)
class Question:
    """A question made ready: its tokens' weights, and its vector where the scope has vectors to compare with."""

    text: str
    idf: dict[str, float]
    vector: np.ndarray | None


def question_prepare(scope: Scope, text: str, tokens: list[str]) -> Question:
    vector = np.asarray(embed_question(text), dtype=np.float32) if scope.embedded else None
    return Question(text, scope.idf(tokens), vector)


def find_candidates(scope: Scope, question: Question) -> list[Candidate]:
    """At most `READ`, best first."""
    ids = lexical_candidates(scope, question.idf, LEXICAL_POOL)
    if question.vector is not None:
        ids += dense_candidates(scope, question.vector.tolist(), DENSE_POOL)
    ids = list(dict.fromkeys(ids))
    if not ids:
        return []
    held = term_frequencies(ids, list(question.idf))
    near = cosines(ids, question.vector.tolist()) if question.vector is not None else {}
    lengths = dict(Passage.objects.filter(pk__in=ids).values_list("pk", "tokens_count"))
    words = [bm25(held.get(pk, {}), question.idf, lengths.get(pk, 0), scope.mean_tokens) for pk in ids]
    floor = min(near.values(), default=0.0)
    scores = fuse(words, [near.get(pk, floor) for pk in ids] if near else None)
    best = sorted(range(len(ids)), key=lambda i: (-scores[i], ids[i]))[:READ]
    rows = _rows([ids[i] for i in best])
    return [
        Candidate(rows[ids[i]], float(scores[i]), words[i], near.get(ids[i]), frozenset(held.get(ids[i], {})))
        for i in best
        if ids[i] in rows
    ]


def _rows(ids: list[UUID]) -> dict[UUID, Passage]:
    wanted = Passage.objects.filter(pk__in=ids).select_related("document").defer("lexemes", "embedding")
    return {passage.pk: passage for passage in wanted}
