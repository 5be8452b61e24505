"""What a new reader makes of the same bytes is often what was there: that is neither embedded nor stored again."""

from collections.abc import Sequence

from ..models import Document, Import, Passage
from .columns import columns_of, columns_then
from .known import documents_cut_so
from .passages import READER, Piece
from .reading import Reading
from .results import Result


def unaltered_note(parent: Import, results: Sequence[Result]) -> None:
    """Of documents that an earlier reader read, once what people changed in them is in the readings."""
    by_name = {result.item.name: result for result in results if result.reading and result.reading.pieces}
    documents = documents_cut_so(parent.collection, by_name).filter(reader__lt=READER)
    for document in documents:
        result = by_name[document.name]
        if result.reading and _is_same(document, result, result.reading, parent):
            result.reading = Reading(result.reading.sha256, unchanged=True)
            result.unaltered = True


def _is_same(document: Document, result: Result, reading: Reading, parent: Import) -> bool:
    known = document.sha256, document.title, document.language
    if known != (reading.sha256, reading.title[:300], reading.language):
        return False
    if columns_then(document) != columns_of(result.item, parent) or len(reading.pieces) != document.passages_count:
        return False
    before = Passage.objects.filter(document=document).order_by("position").defer("lexemes")
    return [_told(passage) for passage in before] == [_piece(piece) for piece in reading.pieces]


def _told(passage: Passage) -> tuple[object, ...]:
    return passage.heading, passage.text, passage.language, passage.page, passage.spans, passage.rows


def _piece(piece: Piece) -> tuple[object, ...]:
    spans = [offset for span in piece.spans for offset in span]
    return piece.heading, piece.text, piece.language, piece.page, spans, list(piece.rows)
