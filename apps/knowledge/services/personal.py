"""A file that somebody brings to a conversation: read at once, and searched there alone."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import BoundedSemaphore
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.errors import BadInput, Unavailable

from ..indexing.vectors import vectors_store
from ..ingest.blocks import Refused
from ..ingest.embedding import embed_pieces
from ..ingest.passages import Piece, sentences_with_rows, whole_piece
from ..ingest.reading import Reading, Task, indexed
from ..ingest.reasons import reason
from ..ingest.replacing import passage_row
from ..ingest.sandbox import Sandbox
from ..models import Collection, Document, Passage

SECONDS = 20.0  # that reading one file may take: somebody waits for it
MOST_PASSAGES = 500
_reading = BoundedSemaphore(2)  # parsers at a time in this process: each may take a gigabyte


def personal_read(*, path: Path, name: str) -> Reading:
    """What the file holds, read by the parsing child. Raises BadInput with why it is refused, Unavailable where too
    many files are being read.
    """
    if not _reading.acquire(timeout=SECONDS):
        raise Unavailable(_("Too many files are being read at the moment. Try again in a minute."))
    try:
        with Sandbox(seconds=SECONDS) as sandbox:
            reading = sandbox.read(Task(str(path), name))
    except Refused as error:
        raise BadInput(reason(error.code, error.values)) from error
    finally:
        _reading.release()
    if not reading.pieces:
        raise BadInput(reason("empty" if not reading.members else "type", {}))
    if len(reading.pieces) > MOST_PASSAGES:
        raise BadInput(reason("too_long", {}))
    return reading


def personal_store(
    *, name: str, reading: Reading, judged: Callable[[Piece], str] = lambda piece: piece.text
) -> Collection:
    """A personal collection of this one document; `judged` gives the text of a piece that may be kept of it.

    Raises Unavailable when the passages cannot be embedded.
    """
    title = reading.title[:300]
    pieces = [_kept(title, piece, judged(piece)) for piece in reading.pieces]
    try:
        vectors = embed_pieces(title, pieces)
    except Refused as error:
        raise Unavailable(reason(error.code, error.values)) from error
    with transaction.atomic():
        made = Collection.objects.create(slug=f"file-{uuid4().hex}", name=name[:200], personal=True, version=1)
        document = Document.objects.create(
            collection=made,
            name=name[:500],
            title=title,
            language=reading.language,
            media_type=reading.media_type,
            sha256=reading.sha256,
            passages_count=len(pieces),
        )
        rows = [passage_row(document, position, piece) for position, piece in enumerate(pieces)]
        Passage.objects.bulk_create(rows, batch_size=500)
        vectors_store(rows, vectors)
    return made


def personal_delete(collection_ids: Sequence[UUID]) -> None:
    """With all that was made of their files."""
    Collection.objects.filter(pk__in=collection_ids, personal=True).delete()


def _kept(title: str, piece: Piece, text: str) -> Piece:
    if text == piece.text:
        return piece
    before = sentences_with_rows(piece.text, piece.spans, piece.rows)
    return indexed(title, whole_piece(piece.heading, text, piece.page, piece.language, before))
