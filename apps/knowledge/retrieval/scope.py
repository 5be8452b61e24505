"""What a search looks at: the passages of some collections in the question's language, and their statistics."""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Avg, Count, Q

from ..ingest.embedding import embedder_id
from ..models import Collection, Passage
from .tokens import quote
from .types import Language

_KEPT = 64
_scopes: "OrderedDict[object, Scope]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Scope:
    """Passages that one search may see; the rule stands in the WHERE clause of every query, before any ranking.

    `frequencies` counts the passages that hold a token, filled as questions ask for them; a token that none
    holds is not kept, so that questions cannot fill the memory.
    """

    collection_ids: tuple[UUID, ...]
    language: Language | None
    passages: int
    mean_tokens: float
    embedded: int
    frequencies: dict[str, int] = field(default_factory=dict)

    def where(self) -> tuple[str, list[Any]]:
        """A condition on `p`, and its parameters."""
        if self.language is None:
            return "p.collection_id = ANY(%s)", [list(self.collection_ids)]
        return "p.collection_id = ANY(%s) AND p.language = %s", [list(self.collection_ids), self.language]

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """BM25's inverse document frequency of each token, never negative; asks the database for new ones only."""
        wanted = list(dict.fromkeys(tokens))
        if missing := [token for token in wanted if token not in self.frequencies]:
            self._count(missing)
        return {token: self._weight(self.frequencies.get(token, 0)) for token in wanted}

    def _weight(self, frequency: int) -> float:
        return math.log1p((self.passages - frequency + 0.5) / (frequency + 0.5))

    def _count(self, tokens: Sequence[str]) -> None:
        condition, values = self.where()
        sql = (
            "SELECT t.n, count(*) FROM unnest(%s::text[]) WITH ORDINALITY AS t(q, n) "  # noqa: S608  constants
            f"JOIN knowledge_passage p ON p.lexemes @@ t.q::tsquery AND {condition} GROUP BY t.n"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [[quote(token) for token in tokens], *values])
            self.frequencies.update({tokens[n - 1]: count for n, count in cursor.fetchall()})


def scope_of(collection_ids: Iterable[UUID], language: Language) -> Scope:
    """Cached until a collection changes. Where none has a passage in `language`, all passages are in scope."""
    ids = tuple(sorted(set(collection_ids)))
    versions = dict(Collection.objects.filter(pk__in=ids).values_list("pk", "version"))
    key = (tuple(sorted(versions.items())), language, embedder_id())
    with _lock:
        if key in _scopes:
            _scopes.move_to_end(key)
            return _scopes[key]
    scope = _measure(tuple(versions), language)
    if not scope.passages:
        scope = _measure(tuple(versions), None)
    with _lock:
        _scopes[key] = scope
        while len(_scopes) > _KEPT:
            _scopes.popitem(last=False)
    return scope


def _measure(ids: tuple[UUID, ...], language: Language | None) -> Scope:
    passages = Passage.objects.filter(collection_id__in=ids)
    if language:
        passages = passages.filter(language=language)
    found = passages.aggregate(
        count=Count("pk"), mean=Avg("tokens_count"), embedded=Count("pk", filter=Q(embedder=embedder_id()))
    )
    return Scope(ids, language, found["count"], float(found["mean"] or 1), found["embedded"])
