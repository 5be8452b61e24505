"""What the database knows of each candidate passage: how often it holds each word, its length, its cosine."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection
from pgvector import Vector

from ..models import EmbeddingIndex
from .tokens import quote

# ts_rank of a single word with all weights 1 is this sum over its places, divided by pi²/6: it counts them in the
# database, many times faster than unnesting the passage's tokens.
_SUMS = np.cumsum(1 / np.arange(1, 257, dtype=np.float64) ** 2)
_BETWEEN = (_SUMS[:-1] + _SUMS[1:]) / 2
_LIMIT = 1.64493406685
_RANKS = (
    "ARRAY(SELECT ts_rank('{1,1,1,1}', p.lexemes, t.q::tsquery) "
    "FROM unnest(%s::text[]) WITH ORDINALITY AS t(q, n) ORDER BY t.n)"
)
# OFFSET 0 and a function keep the unpacked tokens at hand instead of unpacking them for every word.
_UNPACKED = (
    "(SELECT id, tokens_count, setweight(lexemes, 'D') AS lexemes FROM knowledge_passage "
    "WHERE id = ANY(%s) OFFSET 0) p"
)


@dataclass(frozen=True)
class Evidence:
    """One row a passage: `frequencies` a column a token; `lengths` in tokens; `cosines` NaN without a vector."""

    frequencies: np.ndarray
    lengths: np.ndarray
    cosines: np.ndarray


def evidence(
    ids: Sequence[UUID], tokens: Sequence[str], index: EmbeddingIndex | None, vector: list[float] | None
) -> Evidence:
    """Of the passages `ids`, in their order; one that has gone meanwhile holds nothing."""
    queries = [quote(token) for token in tokens]
    cosine, join = "'NaN'::float8", ""
    before, after = [], []
    if index and vector:
        cosine = "1 - (v.vector <=> %s::vector)"
        join = " LEFT JOIN knowledge_passagevector v ON v.passage_id = p.id AND v.index_id = %s"
        before, after = [Vector(vector).to_text()], [index.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.id, p.tokens_count, {cosine}, {_RANKS} FROM {_UNPACKED}{join}",  # noqa: S608  constants
            [*before, queries, list(ids), *after],
        )
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    gone = (1, None, [0.0] * len(tokens))
    found = [rows.get(pk, gone) for pk in ids]
    return Evidence(
        _times(np.array([row[2] for row in found], dtype=np.float64).reshape(len(ids), len(tokens))),
        np.array([row[0] for row in found], dtype=np.float64),
        np.array([np.nan if row[1] is None else row[1] for row in found], dtype=np.float64),
    )


def _times(ranks: np.ndarray) -> np.ndarray:
    counts: np.ndarray = np.where(ranks > 0, np.searchsorted(_BETWEEN, ranks * _LIMIT) + 1, 0)
    return counts
