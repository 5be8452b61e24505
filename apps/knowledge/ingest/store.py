"""Puts a document's passages into the database: the old ones and the new ones change places in one transaction."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.core.language import detect_language

from ..models import Collection, Document, DocumentState, Passage
from ..retrieval.tokens import tokenize, tsvector
from .blocks import Refused
from .embedding import Vectors, embedder_id, passage_text
from .passages import Piece


def document_store(
    *,
    document: Document,
    title: str,
    media_type: str,
    sha256: str,
    pieces: Sequence[Piece],
    vectors: Sequence[Vectors | None],
) -> None:
    """Ready and searchable when this returns."""
    rows = [
        _passage(document, title, position, piece, vector)
        for position, (piece, vector) in enumerate(zip(pieces, vectors, strict=True))
    ]
    document.title = title[:300]
    document.language = detect_language(title + " " + " ".join(piece.text for piece in pieces))
    document.media_type, document.sha256 = media_type, sha256
    document.state, document.failure = DocumentState.READY, {}
    document.passages_count, document.imported_at = len(rows), timezone.now()
    with transaction.atomic():
        document.passages.all().delete()
        Passage.objects.bulk_create(rows, batch_size=200)
        document.save()
        Collection.objects.filter(pk=document.collection_id).update(version=F("version") + 1)


def document_fail(*, document: Document, error: Refused) -> None:
    """Passages of an earlier version stay searchable; the old hash stays too, so that the next import retries."""
    document.state = DocumentState.FAILED
    document.failure = {"code": error.code, "values": error.values}
    document.save(update_fields=["state", "failure", "updated_at"])


def _passage(document: Document, title: str, position: int, piece: Piece, vectors: Vectors | None) -> Passage:
    tokens = tokenize(passage_text(title, piece.heading, piece.text))
    return Passage(
        collection_id=document.collection_id,
        document=document,
        position=position,
        heading=piece.heading,
        text=piece.text,
        language=piece.language,
        page=piece.page,
        spans=[offset for span in piece.spans for offset in span],
        lexemes=tsvector(tokens),
        tokens_count=len(tokens),
        embedder=embedder_id() if vectors else "",
        embedding=vectors.passage if vectors else None,
        sentence_vectors=vectors.sentences if vectors else None,
    )
