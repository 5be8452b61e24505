"""Words in common: candidates through the GIN index, then BM25 over them."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
from django.db import connection

from .scope import Scope
from .tokens import quote

K1, B = 1.2, 0.6
# Rows that the index may hand over before ranking: the rarest words go first, so what is cut says little. The first
# three may take more, up to the second figure: fewer say too little of a question in which all words are frequent.
_ROWS, _MOST = 2_000, 3_000


def lexical_candidates(scope: Scope, idf: Mapping[str, float], limit: int) -> list[UUID]:
    """Passages with the most weight of the question's words, best first."""
    chosen = _telling(scope, idf)
    if not chosen:
        return []
    holding, values = scope.holding("p.id")
    # LATERAL with OFFSET 0: a word at a time through the GIN index. Joined freely, PostgreSQL may read all passages
    # and look into each for every word: it takes unpacking their tokens for as cheap as comparing two numbers.
    sql = (
        "SELECT m.id FROM unnest(%s::text[], %s::float8[]) AS t(q, weight), LATERAL "  # noqa: S608  constants
        f"({holding} OFFSET 0) m "
        "GROUP BY m.id ORDER BY sum(t.weight) DESC, m.id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[quote(token) for token in chosen], [idf[t] for t in chosen], *values, limit])
        return [row[0] for row in cursor.fetchall()]


def _telling(scope: Scope, idf: Mapping[str, float]) -> list[str]:
    chosen: list[str] = []
    rows = 0
    for token in sorted(idf, key=lambda token: -idf[token]):
        frequency = scope.frequencies.get(token, 0)
        if not frequency:
            continue
        rows += frequency
        if chosen and rows > (_ROWS if len(chosen) >= 3 else _MOST):
            break
        chosen.append(token)
    return chosen


def bm25(frequencies: np.ndarray, idf: np.ndarray, lengths: np.ndarray, mean: float) -> np.ndarray:
    """The usual sum over the words that both hold, a number a passage; `lengths` and `mean` in tokens.

    `frequencies` has a row a passage and a column a token, `idf` an entry a token.
    """
    norm = K1 * (1 - B + B * lengths / mean)
    scores: np.ndarray = (frequencies * (K1 + 1) / (frequencies + norm[:, None])) @ idf
    return scores
