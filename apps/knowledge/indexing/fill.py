"""Vectors for passages that have none yet in an index: slowly, in small portions, from wherever it was left."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from apps.core.errors import ApplicationError
from apps.core.threads import rest

from ..ingest.embedding import embed_for
from ..ingest.passages import Piece
from ..locks import collections_hold
from ..models import Collection, EmbeddingIndex, IndexState, Passage, PassageVector
from .indexes import languages_apart, languages_outdated
from .vectors import Vectors, vector_row

PORTION = 32  # passages
PAUSE = 0.5  # of the time that a portion took: questions are embedded by the same processor
Away = dict[str, ApplicationError]  # languages that have a model of their own, and why that makes no vectors


def missing(index: EmbeddingIndex) -> QuerySet[Passage]:
    """The passages that the index wants and does not have, and whose vectors this release makes there."""
    passages = Passage.objects.filter(~Exists(PassageVector.objects.filter(passage=OuterRef("pk"), index=index)))
    passages = passages.exclude(language__in=languages_outdated(index))
    return passages.filter(language__in=index.languages) if index.languages else passages


def index_fill(index: EmbeddingIndex) -> Iterator[int]:
    """Yields how many passages each portion added, until none is missing: a collection after the other, the oldest
    first. Raises what the embedding model says; where each language has its own, once the others are done.
    """
    away: Away = {}
    while homes := _lacking(index, away):  # what was imported meanwhile comes in the next round
        for home in homes:
            yield from _collection_fill(index, home, away)
    for error in away.values():
        raise error


def _lacking(index: EmbeddingIndex, away: Away) -> list[Collection]:
    wanted = missing(index).exclude(language__in=away).filter(collection=OuterRef("pk"))
    return list(Collection.objects.filter(Exists(wanted)).order_by("created_at"))


def _collection_fill(index: EmbeddingIndex, home: Collection, away: Away) -> Iterator[int]:
    wanted, grown = missing(index).filter(collection=home).order_by("pk").select_related("document"), False
    for language in list[str](languages_apart(index)) or [""]:
        own = wanted.filter(language=language) if language else wanted
        after, began = UUID(int=0), time.monotonic()
        while language not in away and (rows := list(own.filter(pk__gt=after)[:PORTION])):
            after = rows[-1].pk
            try:
                added = _portion(index, rows)
            except ApplicationError as error:
                if not language:
                    raise
                away[language] = error
                continue
            grown = True
            yield added
            rest(PAUSE * (time.monotonic() - began))
            began = time.monotonic()
    if grown and index.state == IndexState.ACTIVE:  # answers may be others now than those found by words alone
        Collection.objects.filter(pk=home.pk).update(version=F("version") + 1)


def vectors_wake() -> None:
    """Makes sure that a worker looks for what the active index misses, unless that waits in the queue."""
    from ..tasks import vectors_job  # tasks run what is here

    with suppress(AlreadyEnqueued), transaction.atomic():
        vectors_job.defer()


def _portion(index: EmbeddingIndex, rows: Sequence[Passage]) -> int:
    found = embed_for(index, [(row.document.title, _piece(row)) for row in rows])
    wanted: dict[UUID, Vectors] = {row.pk: own for row, own in zip(rows, found, strict=True) if own is not None}
    with transaction.atomic():
        collections_hold(row.collection_id for row in rows)
        # A passage that was edited, imported anew or taken away meanwhile is left for the next look.
        kept = Passage.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
        read = {row.pk: row.updated_at for row in rows}
        same = [passage for passage in kept if passage.updated_at == read[passage.pk]]
        PassageVector.objects.bulk_create(
            [vector_row(passage, index.pk, wanted[passage.pk]) for passage in same], ignore_conflicts=True
        )
    return len(same)


def _piece(row: Passage) -> Piece:
    spans = tuple(zip(row.spans[::2], row.spans[1::2], strict=True))
    return Piece(row.heading, row.text, "zh" if row.language == "zh" else "en", row.page, spans)
