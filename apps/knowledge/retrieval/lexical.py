"""Words in common: candidates through the GIN index, then BM25 over them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

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
    condition, values = scope.where()
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


def term_frequencies(ids: Iterable[UUID], tokens: Sequence[str]) -> dict[UUID, dict[str, int]]:
    """How often each of `tokens` stands in each passage; passages without any are missing."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, u.lexeme, cardinality(u.positions) FROM knowledge_passage p, unnest(p.lexemes) u "
            "WHERE p.id = ANY(%s) AND u.lexeme = ANY(%s)",
            [list(ids), list(tokens)],
        )
        for passage, token, times in cursor.fetchall():
            found[passage][token] = times
    return found


def bm25(frequencies: Mapping[str, int], idf: Mapping[str, float], length: int, mean: float) -> float:
    """The usual sum over the tokens that both hold; `length` and `mean` in tokens."""
    norm = K1 * (1 - B + B * length / mean)
    return sum(idf[token] * times * (K1 + 1) / (times + norm) for token, times in frequencies.items())
