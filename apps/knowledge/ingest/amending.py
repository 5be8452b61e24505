"""What people decided about a document outlives its imports: edited passages, and pairs that were taken back."""

import hashlib
from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from ..models import Document, DroppedPair, Import, PassageEdit
from .blocks import Block, Extracted
from .cleaning import pair_digest
from .passages import Piece, cut_document, whole_piece
from .reading import Reading, indexed
from .results import Result


def passage_digest(heading: str, text: str) -> str:
    """By which a passage is known again in a later version of its document."""
    return hashlib.sha256(f"{heading}\n{text}".encode()).hexdigest()


def pair_pieces(title: str, question: str, answer: str) -> list[Piece]:
    """The passages of one question with its answer."""
    pair = Extracted(title, [Block("pair", answer, question=question)])
    return [indexed(title, piece) for piece in cut_document(pair)]


def amend(parent: Import, results: Sequence[Result]) -> None:
    """Puts edited texts and restored pairs into readings of documents that have some."""
    by_name = {result.item.name: result for result in results if result.reading and result.reading.pieces}
    edits = PassageEdit.objects.filter(document=OuterRef("pk"))
    restored = DroppedPair.objects.filter(document=OuterRef("pk"), restored=True)
    documents = Document.objects.filter(collection=parent.collection_id, name__in=by_name)
    for document in documents.filter(Exists(edits) | Exists(restored)):
        result = by_name[document.name]
        assert result.reading is not None  # noqa: S101  chosen above
        _edits_keep(document, result, result.reading)
        _pairs_keep(document, result, result.reading)


def _edits_keep(document: Document, result: Result, reading: Reading) -> None:
    edits = {edit.original: edit for edit in document.edits.all()}
    for position, piece in enumerate(reading.pieces):
        if edit := edits.pop(passage_digest(piece.heading, piece.text), None):
            reading.pieces[position] = indexed(reading.title, whole_piece(piece.heading, edit.text, piece.page))
            edit.position = position
            result.edits.append(edit)


def _pairs_keep(document: Document, result: Result, reading: Reading) -> None:
    digests = set(document.dropped_pairs.filter(restored=True).values_list("digest", flat=True))
    for pair in reading.dropped:
        if pair_digest(pair.question, pair.answer) in digests:
            result.restored.add(pair.row)
            reading.pieces.extend(pair_pieces(reading.title, pair.question, pair.answer))
