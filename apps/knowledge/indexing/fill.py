"""Vectors for passages that have none yet in an index: slowly, in small portions, from wherever it was left."""

import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.core.threads import rest

from ..ingest.embedding import embed_for
from ..ingest.passages import Piece
from ..locks import collections_hold
from ..models import EmbeddingIndex, Passage, PassageVector
from .vectors import Vectors, vector_row

PORTION = 32  # passages
PAUSE = 0.5  # of the time that a portion took: questions are embedded by the same processor


def missing(index: EmbeddingIndex) -> QuerySet[Passage]:
    """The passages that the index wants and does not have."""
    passages = Passage.objects.filter(~Exists(PassageVector.objects.filter(passage=OuterRef("pk"), index=index)))
    return passages.filter(language__in=index.languages) if index.languages else passages


def index_fill(index: EmbeddingIndex) -> Iterator[int]:
    """Yields how many passages each portion added, until none is missing. Raises what the embedding model says."""
    after = UUID(int=0)
    while True:
        began = time.monotonic()
        rows = list(missing(index).filter(pk__gt=after).order_by("pk").select_related("document")[:PORTION])
        if not rows:
            if after.int == 0:
                return
            after = UUID(int=0)  # what was imported meanwhile may stand before
            continue
        after = rows[-1].pk
        yield _portion(index, rows)
        rest(PAUSE * (time.monotonic() - began))


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
