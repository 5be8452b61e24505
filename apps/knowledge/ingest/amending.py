"""What people decided about a document outlives its imports: edited passages, and pairs that were taken back."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from ..models import Document, DroppedPair, Import, PassageEdit
from .blocks import Block, Extracted
from .cleaning import pair_digest
from .passages import Piece, Splitting, cut_document, sentences_with_rows, whole_piece
from .reading import Reading, indexed
from .results import Result
from .steps import unmarked


def passage_digest(heading: str, text: str) -> str:
    """By which a passage is known again in a later version of its document."""
    return hashlib.sha256(f"{heading}\n{text}".encode()).hexdigest()


def pair_pieces(title: str, question: str, answer: str, splitting: Splitting) -> list[Piece]:
    """The passages of one question with its answer."""
    pair = Extracted(title, [Block("pair", answer, question=question)])
    return [indexed(title, piece) for piece in cut_document(pair, splitting)]


def amend(parent: Import, results: Sequence[Result]) -> None:
    """Puts edited texts and restored pairs into readings of documents that have some."""
    by_name = {result.item.name: result for result in results if result.reading and result.reading.pieces}
    edits = PassageEdit.objects.filter(document=OuterRef("pk"))
    restored = DroppedPair.objects.filter(document=OuterRef("pk"), restored=True)
    documents = Document.objects.filter(collection=parent.collection_id, name__in=by_name)
    decided = decisions(documents)
    for document in documents:
        by_name[document.name].decided = decided[document.pk]
    for document in documents.filter(Exists(edits) | Exists(restored)):
        result = by_name[document.name]
        assert result.reading is not None  # noqa: S101  chosen above
        _pairs_keep(document, result, result.reading, parent.collection.splitting)
        _edits_keep(document, result, result.reading)  # last: pairs that were taken back may be edited too


def decisions(documents: Iterable[Document]) -> dict[UUID, frozenset[Any]]:
    """What people have decided about each document so far: alike as long as nobody decides anything more."""
    found: dict[UUID, set[Any]] = {document.pk: set() for document in documents}
    for pk, *edit in PassageEdit.objects.filter(document__in=found).values_list("document", "pk", "updated_at"):
        found[pk].add(tuple(edit))
    restored = DroppedPair.objects.filter(document__in=found, restored=True)
    for pk, digest in restored.values_list("document", "digest"):
        found[pk].add(digest)
    return {pk: frozenset(decided) for pk, decided in found.items()}


def _edits_keep(document: Document, result: Result, reading: Reading) -> None:
    """Of passages with the same words, the one nearest to where the edit was is meant."""
    places: dict[str, list[int]] = defaultdict(list)
    unnumbered: dict[str, list[int]] = defaultdict(list)
    for position, piece in enumerate(reading.pieces):
        places[passage_digest(piece.heading, piece.text)].append(position)
        if (said := unmarked(piece.text, piece.spans)) != piece.text:
            unnumbered[passage_digest(piece.heading, said)].append(position)
    for edit in document.edits.order_by("position"):
        # An edit that is older than the numbers of steps knows its passage without them.
        if not (free := places[edit.original] or unnumbered[edit.original]):
            continue
        edit.position = min(free, key=lambda position: abs(position - edit.position))
        free.remove(edit.position)
        own = reading.pieces[edit.position]
        edit.original_text, edit.original_language = own.text, own.language
        edit.original_spans = [offset for span in own.spans for offset in span]
        edit.original_rows = list(own.rows)
        before = sentences_with_rows(own.text, own.spans, own.rows)
        whole = whole_piece(own.heading, edit.text, own.page, own.language, before)
        reading.pieces[edit.position] = indexed(reading.title, whole)
        result.edits.append(edit)


def _pairs_keep(document: Document, result: Result, reading: Reading, splitting: Splitting) -> None:
    digests = set(document.dropped_pairs.filter(restored=True).values_list("digest", flat=True))
    for pair in reading.dropped:
        if pair_digest(pair.question, pair.answer) in digests:
            result.restored.add(pair.row)
            reading.pieces.extend(pair_pieces(reading.title, pair.question, pair.answer, splitting))
