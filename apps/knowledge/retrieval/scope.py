"""What a search looks at: the passages of some collections in the question's language, and their statistics."""

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Avg, Count

from apps.inference.services import EMBEDDER_ID

from ..indexing.indexes import index_active, languages_outdated
from ..models import Collection, EmbeddingIndex, Passage, PassageVector
from .tokens import quote
from .types import Language

_KEPT = 64
# In a scope of more than twice so many passages the frequent words are counted once for all, in a sample of them;
# the others are counted as questions ask for them, which is quick as they are rare.
_SAMPLE = 1_500
_FREQUENT = 15
_NARROW = 10  # times as many passages are elsewhere
# The sample is taken anew when the scope has grown or shrunk by this share since.
_DRIFT = 0.25
_scopes: "OrderedDict[tuple[object, ...], Scope]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Counted:
    """How many passages of a narrow scope hold each of their tokens: ten bytes a token, where a dictionary would
    take a hundred and more. The tokens are known by eight bytes of a hash.
    """

    tokens: np.ndarray
    times: np.ndarray

    @classmethod
    def of_all(cls, frequencies: Mapping[str, int]) -> "Counted":
        tokens = np.array([_short(token) for token in frequencies], dtype=np.uint64)
        order = np.argsort(tokens)
        return cls(tokens[order], np.array(list(frequencies.values()), dtype=np.uint16)[order])

    def of(self, token: str) -> int:
        short = np.uint64(_short(token))
        at = int(np.searchsorted(self.tokens, short))
        return int(self.times[at]) if at < len(self.tokens) and self.tokens[at] == short else 0


def _short(token: str) -> int:
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Scope:
    """Passages that one search may see; the rule stands in the WHERE clause of every query, before any ranking.

    `index` is the embedding index to compare the question in; None where its model does not read the question's
    language, another release's made its vectors, or most passages have none. `versions` are the collections' when
    it was measured. `wide` is a scope of at least half of all passages in the language. `frequencies` counts the
    passages that hold a token: `frequent` ones from the start, by a sample of a scope of `sampled` passages, others
    as questions ask for them; one that none holds is not kept, so that questions cannot fill the memory. Of a
    `narrow` scope all are `counted` at its second question: the database would look through the passages of a word
    everywhere for those few.
    """

    collection_ids: tuple[UUID, ...]
    language: Language | None
    passages: int
    mean_tokens: float
    index: EmbeddingIndex | None
    versions: dict[UUID, int]
    wide: bool = False
    sampled: int = 0
    frequent: dict[str, int] = field(default_factory=dict)
    frequencies: dict[str, int] = field(default_factory=dict)
    narrow: bool = False
    counted: list[Counted] = field(default_factory=list)

    def where(self, table: str) -> tuple[str, list[Any]]:
        """A condition on the table or alias of that name, which has both columns, and its parameters."""
        if self.language is None:
            return f"{table}.collection_id = ANY(%s)", [list(self.collection_ids)]
        condition = f"{table}.collection_id = ANY(%s) AND {table}.language = %s"
        return condition, [list(self.collection_ids), self.language]

    def holding(self, columns: str) -> tuple[str, list[Any]]:
        """A query for `columns` of the passages `p` that hold the word `t.q`, and its parameters.

        In a wide scope the word comes first, alone, and what it finds is looked at one by one: PostgreSQL would
        read the index of collections from end to end for every word, to leave out few passages or none.
        """
        condition, values = self.where("p")
        held = "lexemes @@ t.q::tsquery"
        if not self.wide:
            return f"SELECT {columns} FROM knowledge_passage p WHERE {held} AND {condition}", values  # noqa: S608
        found = f"(SELECT id, collection_id, language FROM knowledge_passage WHERE {held} OFFSET 0) p"  # noqa: S608
        return f"SELECT {columns} FROM {found} WHERE {condition}", values  # noqa: S608  constants, all of them

    @property
    def packaged(self) -> EmbeddingIndex | None:
        """The index, where the packaged models made it: they are asked across languages."""
        return self.index if self.index and self.index.embedder == EMBEDDER_ID else None

    def idf(self, tokens: Iterable[str]) -> dict[str, float]:
        """BM25's inverse document frequency of each token, never negative; asks the database for new ones only."""
        wanted = list(dict.fromkeys(tokens))
        if missing := [token for token in wanted if token not in self.frequencies]:
            self._count(missing)
        return {token: self._weight(self.frequencies.get(token, 0)) for token in wanted}

    def unknown(self, tokens: Iterable[str]) -> frozenset[str]:
        """Those that no passage holds."""
        wanted = frozenset(tokens)
        self.idf(wanted)
        return frozenset(token for token in wanted if not self.frequencies.get(token))

    def _weight(self, frequency: int) -> float:
        return math.log1p(max(self.passages - frequency + 0.5, 0.5) / (frequency + 0.5))

    def _count(self, tokens: list[str]) -> None:
        if self.narrow and self.frequencies and not self.counted:  # it was asked before, and will be again
            self.counted.append(Counted.of_all(self._sample(1.0, least=1)))
        if self.counted:
            self.frequencies.update((token, times) for token in tokens if (times := self.counted[0].of(token)))
            return
        holding, values = self.holding("count(*)")
        sql = (
            "SELECT t.n, c.count FROM unnest(%s::text[]) WITH ORDINALITY AS t(q, n), LATERAL "  # noqa: S608  constants
            f"({holding}) c WHERE c.count > 0"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [[quote(token) for token in tokens], *values])
            self.frequencies.update({tokens[n - 1]: count for n, count in cursor.fetchall()})

    def with_frequent(self, before: "Scope | None") -> "Scope":
        """The same with its frequent tokens: those of an earlier measure where that still tells."""
        if self.passages < 2 * _SAMPLE:
            return self
        sampled, frequent = self.passages, {}
        if before is not None and before.sampled and abs(self.passages / before.sampled - 1) <= _DRIFT:
            sampled, frequent = before.sampled, before.frequent
        else:
            frequent = self._sample(_SAMPLE / self.passages)
        now = {token: round(count * self.passages / sampled) for token, count in frequent.items()}
        return replace(self, sampled=sampled, frequent=frequent, frequencies=now)

    def _sample(self, share: float, least: int | None = None) -> dict[str, int]:
        """How many passages hold each token that at least so many do, judged by that share of them: as ids are
        random, a range of them is a sample.
        """
        condition, values = self.where("p")
        sql = (
            f"SELECT token, count(*) FROM (SELECT p.lexemes FROM knowledge_passage p WHERE {condition} "  # noqa: S608
            "AND p.id <= %s) s, unnest(tsvector_to_array(s.lexemes)) AS token GROUP BY token HAVING count(*) >= %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, UUID(int=min(int(share * 2**128), 2**128 - 1)), least or _FREQUENT])
            return {token: round(count / share) for token, count in cursor.fetchall()}


def scope_of(collection_ids: Iterable[UUID], language: Language) -> Scope:
    """Cached until a collection or the embedding index changes.

    A model that reads several languages finds answers across them; otherwise the scope keeps to passages in
    `language`.
    """
    ids = tuple(sorted(set(collection_ids)))
    versions = dict(Collection.objects.filter(pk__in=ids).values_list("pk", "version"))
    index = index_active()
    key = (tuple(versions), language, index.pk)
    with _lock:
        before = _scopes.get(key)
        if before is not None and before.versions == versions:
            _scopes.move_to_end(key)
            return before
    scope = _measure(versions, language, index)
    scope = scope.with_frequent(before if before is not None and before.language == scope.language else None)
    with _lock:
        _scopes[key] = scope
        while len(_scopes) > _KEPT:
            _scopes.popitem(last=False)
    return scope


def _measure(versions: dict[UUID, int], language: Language, index: EmbeddingIndex) -> Scope:
    # The packaged models are one a language: what one makes cannot be compared with what the other does.
    across = index.multilingual and index.reads(language) and index.embedder != EMBEDDER_ID
    seen = {"collection_id__in": list(versions)}
    kept: Language | None = None if across else language
    found = _sizes(seen, kept)
    comparable = index.reads(language) and kept not in languages_outdated(index)
    used = index if comparable and _filled(index, seen, kept) else None
    everywhere = _sizes({}, kept)["count"]
    wide = 2 * found["count"] >= everywhere
    narrow = found["count"] <= min(_SAMPLE, everywhere / _NARROW)
    mean = float(found["mean"] or 1)
    return Scope(tuple(versions), kept, found["count"], mean, used, versions, wide, narrow=narrow)


def _filled(index: EmbeddingIndex, seen: dict[str, Any], language: Language | None) -> bool:
    """Whether most of the passages that the index reads have a vector: the few that have one would be preferred."""
    languages = [language] if language else index.languages
    seen = seen | ({"language__in": languages} if languages else {})
    vectors = PassageVector.objects.filter(**seen, index=index).count()
    return 2 * vectors > Passage.objects.filter(**seen).count()


def _sizes(seen: dict[str, Any], language: Language | None) -> dict[str, Any]:
    passages = Passage.objects.filter(**seen, **({"language": language} if language else {}))
    return passages.aggregate(count=Count("pk"), mean=Avg("tokens_count"))
