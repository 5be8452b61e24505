"""Vectors for passages that have none yet in an index: slowly, in small portions, from wherever it was left."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from procrastinate.exceptions import AlreadyEnqueued

from apps.core.threads import rest

from ..ingest.embedding import embed_for
from ..ingest.passages import Piece
from ..locks import collections_hold
from ..models import Collection, EmbeddingIndex, IndexState, Passage, PassageVector
from .vectors import Vectors, vector_row

PORTION = 32  # passages
PAUSE = 0.5  # of the time that a portion took: questions are embedded by the same processor


def missing(index: EmbeddingIndex) -> QuerySet[Passage]:
    """The passages that the index wants and does not have."""
    passages = Passage.objects.filter(~Exists(PassageVector.objects.filter(passage=OuterRef("pk"), index=index)))
    return passages.filter(language__in=index.languages) if index.languages else passages


def index_fill(index: EmbeddingIndex) -> Iterator[int]:
    """Yields how many passages each portion added, until none is missing: a collection after the other, the oldest
    first. Raises what the embedding model says.
    """
    lacking = Collection.objects.filter(Exists(missing(index).filter(collection=OuterRef("pk"))))
    while homes := list(lacking.order_by("created_at")):  # what was imported meanwhile comes in the next round
        for home in homes:
            yield from _collection_fill(index, home)


def _collection_fill(index: EmbeddingIndex, home: Collection) -> Iterator[int]:
    wanted = missing(index).filter(collection=home).order_by("pk").select_related("document")
    after, began = UUID(int=0), time.monotonic()
    while rows := list(wanted.filter(pk__gt=after)[:PORTION]):
        after = rows[-1].pk
        yield _portion(index, rows)
        rest(PAUSE * (time.monotonic() - began))
        began = time.monotonic()
    if index.state == IndexState.ACTIVE:  # answers may be others now than those found by words alone
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
