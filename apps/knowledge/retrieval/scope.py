"""What a search looks at: the passages of some collections in the question's language, and their statistics."""

import math
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Avg, Count

from ..indexing.indexes import index_active
from ..models import Collection, EmbeddingIndex, Passage, PassageVector
from .tokens import quote
from .types import Language

_KEPT = 64
_scopes: "OrderedDict[object, Scope]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Scope:
    """Passages that one search may see; the rule stands in the WHERE clause of every query, before any ranking.

    `index` is the embedding index to compare the question in; None where its model does not read the question's
    language, or has no vector here. `frequencies` counts the passages that hold a token, filled as questions ask
    for them; a token that none holds is not kept, so that questions cannot fill the memory.
    """

    collection_ids: tuple[UUID, ...]
    language: Language | None
    passages: int
    mean_tokens: float
    index: EmbeddingIndex | None
    frequencies: dict[str, int] = field(default_factory=dict)

    def where(self, table: str) -> tuple[str, list[Any]]:
        """A condition on the table or alias of that name, which has both columns, and its parameters."""
        if self.language is None:
            return f"{table}.collection_id = ANY(%s)", [list(self.collection_ids)]
        condition = f"{table}.collection_id = ANY(%s) AND {table}.language = %s"
        return condition, [list(self.collection_ids), self.language]

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """BM25's inverse document frequency of each token, never negative; asks the database for new ones only."""
        wanted = list(dict.fromkeys(tokens))
        if missing := [token for token in wanted if token not in self.frequencies]:
            self._count(missing)
        return {token: self._weight(self.frequencies.get(token, 0)) for token in wanted}

    def _weight(self, frequency: int) -> float:
        return math.log1p((self.passages - frequency + 0.5) / (frequency + 0.5))

    def _count(self, tokens: Sequence[str]) -> None:
        condition, values = self.where("p")
        sql = (
            "SELECT t.n, count(*) FROM unnest(%s::text[]) WITH ORDINALITY AS t(q, n) "  # noqa: S608  constants
            f"JOIN knowledge_passage p ON p.lexemes @@ t.q::tsquery AND {condition} GROUP BY t.n"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [[quote(token) for token in tokens], *values])
            self.frequencies.update({tokens[n - 1]: count for n, count in cursor.fetchall()})


def scope_of(collection_ids: Iterable[UUID], language: Language) -> Scope:
    """Cached until a collection or the embedding index changes.

    A model that reads several languages finds answers across them; otherwise the search keeps to the question's
    language, unless the collections have nothing in it.
    """
    ids = tuple(sorted(set(collection_ids)))
    versions = dict(Collection.objects.filter(pk__in=ids).values_list("pk", "version"))
    index = index_active()
    key = (tuple(sorted(versions.items())), language, index.pk)
    with _lock:
        if key in _scopes:
            _scopes.move_to_end(key)
            return _scopes[key]
    across = index.multilingual and index.reads(language)
    scope = _measure(tuple(versions), None if across else language, index if index.reads(language) else None)
    if not (scope.passages or across):
        scope = _measure(tuple(versions), None, scope.index)
    with _lock:
        _scopes[key] = scope
        while len(_scopes) > _KEPT:
            _scopes.popitem(last=False)
    return scope


def _measure(ids: tuple[UUID, ...], language: Language | None, index: EmbeddingIndex | None) -> Scope:
    seen = {"collection_id__in": ids} | ({"language": language} if language else {})
    found = Passage.objects.filter(**seen).aggregate(count=Count("pk"), mean=Avg("tokens_count"))
    if index and not PassageVector.objects.filter(**seen, index=index).exists():
        index = None
    return Scope(ids, language, found["count"], float(found["mean"] or 1), index)
