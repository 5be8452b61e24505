"""Words in common: candidates through the GIN index, then BM25 over them."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
from django.db import connection

from .scope import Scope
from .tokens import quote

K1, B = 1.2, 0.6
# Rows that the index may hand over before ranking: the rarest words go first, so what is cut says little.
_ROWS = 4_000


def lexical_candidates(scope: Scope, idf: Mapping[str, float], limit: int) -> list[UUID]:
    """Passages with the most weight of the question's words, best first."""
    chosen = _telling(scope, idf)
    if not chosen:
        return []
    condition, values = scope.where("p")
    sql = (
        "SELECT p.id FROM unnest(%s::text[], %s::float8[]) AS t(q, weight) "  # noqa: S608  constants
        f"JOIN knowledge_passage p ON p.lexemes @@ t.q::tsquery AND {condition} "
        "GROUP BY p.id ORDER BY sum(t.weight) DESC, p.id LIMIT %s"
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
        if rows > _ROWS and len(chosen) >= 3:
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
