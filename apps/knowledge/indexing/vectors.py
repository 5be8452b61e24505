"""Storing vectors: with their passages at an import, or later by the job that fills an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from ..models import Passage, PassageVector
from .indexes import index_active, indexes_open


@dataclass(frozen=True)
class Vectors:
    """Of one passage: its own, and packed rows of float16, one a sentence and one of its place if it has any."""

    passage: list[float]
    sentences: bytes


PieceVectors = dict[UUID, Vectors]  # by embedding index; none of those that do not read the piece's language


@transaction.atomic
def vectors_store(passages: Sequence[Passage], found: Sequence[PieceVectors]) -> None:
    """In the transaction that stores the passages, in the place of vectors they had. Only open indexes get any.

    Against the swap, which locks the table: whoever comes second sees what the first one did.
    """
    index_active()  # made before the table is locked: who makes the first one at this moment waits for the table
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE knowledge_passagevector IN ROW EXCLUSIVE MODE")
    wanted = {index.pk for index in indexes_open()}
    PassageVector.objects.filter(passage__in=[passage.pk for passage in passages]).delete()
    PassageVector.objects.bulk_create(
        [
            vector_row(passage, index_id, vectors)
            for passage, own in zip(passages, found, strict=True)
            for index_id, vectors in own.items()
            if index_id in wanted
        ],
        batch_size=200,
    )


def vector_row(passage: Passage, index_id: UUID, vectors: Vectors) -> PassageVector:
    return PassageVector(
        passage=passage,
        index_id=index_id,
        collection_id=passage.collection_id,
        language=passage.language,
        vector=vectors.passage,
        sentences=vectors.sentences,
    )
