"""Storing vectors: with their passages at an import, or later by the job that fills an index."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from ..models import Collection, EmbeddingIndex, Passage, PassageVector
from .indexes import index_active, indexes_open, languages_outdated, languages_to_renew, makers_put

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vectors:
    """Of one passage: its own, and packed rows of float16, one a sentence and one of its place if it has any."""

    passage: list[float]
    sentences: bytes


PieceVectors = dict[UUID, Vectors]  # by embedding index; none of those that do not read the piece's language


@transaction.atomic
def vectors_store(passages: Sequence[Passage], found: Sequence[PieceVectors]) -> None:
    """In the transaction that stores the passages, in the place of vectors they had. Only open indexes get any, and
    none beside those of another release's model, which go first (`vectors_outdated_drop`).

    Against the swap, which locks the table: whoever comes second sees what the first one did.
    """
    index_active()  # made before the table is locked: who makes the first one at this moment waits for the table
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE knowledge_passagevector IN ROW EXCLUSIVE MODE")
    wanted = {index.pk: languages_outdated(index) for index in indexes_open()}
    PassageVector.objects.filter(passage__in=[passage.pk for passage in passages]).delete()
    PassageVector.objects.bulk_create(
        [
            vector_row(passage, index_id, vectors)
            for passage, own in zip(passages, found, strict=True)
            for index_id, vectors in own.items()
            if index_id in wanted and passage.language not in wanted[index_id]
        ],
        batch_size=200,
    )


def vectors_outdated_drop(index: EmbeddingIndex) -> None:
    """Takes away what another release's model made. Until the passages have new vectors, they are found by their
    words (`retrieval/scope.py`). Whoever calls it fills the index, alone.
    """
    index.refresh_from_db(fields=["makers"])  # somebody may have done so since it was read
    if not (languages := languages_to_renew(index)):
        return
    with transaction.atomic():
        # Searches look again at what they can compare. Before the table: so it is held by whoever imports.
        Collection.objects.update(version=F("version") + 1)
        with connection.cursor() as cursor:  # whoever stores vectors has done so before, or looks at `makers` anew
            cursor.execute("LOCK TABLE knowledge_passagevector IN SHARE ROW EXCLUSIVE MODE")
        PassageVector.objects.filter(index=index, language__in=languages).delete()
        makers_put(index)
        index.save(update_fields=["makers", "updated_at"])
    logger.info("vectors of %s are made anew by another model", languages)


def vector_row(passage: Passage, index_id: UUID, vectors: Vectors) -> PassageVector:
    return PassageVector(
        passage=passage,
        index_id=index_id,
        collection_id=passage.collection_id,
        language=passage.language,
        vector=vectors.passage,
        sentences=vectors.sentences,
    )
