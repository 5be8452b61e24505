"""Old and new passages of documents change places; what says the same as before stays what it was."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from apps.audit.services import audit_record

from ..indexing.vectors import vectors_store
from ..models import Document, DroppedPair, FormerPassage, Import, Passage, PassageEdit
from .cleaning import pair_digest
from .passages import Piece
from .results import Result
from .steps import unmarked

_EDIT = ["position", "original_text", "original_language", "original_spans", "original_rows"]
# The same words under the same heading first, then the same words wherever they stand now, numbered or not.
_SAME: tuple[Callable[[Passage], Any], ...] = (
    lambda passage: (passage.document_id, passage.heading, passage.text),
    lambda passage: (passage.document_id, passage.text),
    lambda passage: (passage.document_id, passage.heading, _unnumbered(passage)),
)


def passages_replace(parent: Import, written: Sequence[tuple[Result, Document]]) -> None:
    """In the caller's transaction: no search sees a mixture, or none."""
    rows = [row for result, document in written for row in _passage_rows(document, result)]
    if replaced := {document.pk: result for result, document in written if result.item.replaced}:
        before = Passage.objects.filter(document__in=replaced).order_by("document", "position")
        former = ids_keep(list(before.only("document", "position", "heading", "text", "spans")), rows)
        lost = _edits_replace(list(replaced.values()), list(replaced))
        before.delete()
        DroppedPair.objects.filter(document__in=replaced).delete()
        _former_note(parent, former, lost, replaced)
    Passage.objects.bulk_create(rows, batch_size=500)
    vectors_store(rows, [own for result, _ in written for own in result.vectors])
    DroppedPair.objects.bulk_create(row for result, document in written for row in _dropped_rows(document, result))


def ids_keep(before: Sequence[Passage], rows: Sequence[Passage]) -> list[Passage]:
    """Gives each of the new `rows` the id of a passage of its document with the same words, so that what quoted it
    finds it; of several alike the first gets the first one's. Returns those of `before` that none stands for.
    """
    left, fresh = list(before), list(rows)
    for same in _SAME:
        waiting: dict[Any, deque[Passage]] = defaultdict(deque)
        for passage in left:
            waiting[same(passage)].append(passage)
        unknown = []
        for row in fresh:
            if alike := waiting[same(row)]:
                row.pk = alike.popleft().pk
            else:
                unknown.append(row)
        left, fresh = [passage for alike in waiting.values() for passage in alike], unknown
    return left


def _unnumbered(passage: Passage) -> str:
    return unmarked(passage.text, list(zip(passage.spans[::2], passage.spans[1::2], strict=True)))


def _edits_replace(results: Sequence[Result], documents: Sequence[UUID]) -> dict[tuple[UUID, int], PassageEdit]:
    """Keeps the edits that have a place, and returns the others, which are gone now, by where they stood."""
    kept = [edit for result in results for edit in result.edits]
    others = PassageEdit.objects.filter(document__in=documents).exclude(pk__in=[edit.pk for edit in kept])
    lost = {(edit.document_id, edit.position): edit for edit in others}
    others.delete()
    PassageEdit.objects.bulk_update(kept, _EDIT)
    return lost


def _former_note(
    parent: Import,
    former: Sequence[Passage],
    lost: dict[tuple[UUID, int], PassageEdit],
    replaced: dict[UUID, Result],
) -> None:
    """Of an edit that the document itself says by now nothing is lost: its passage is not among the former ones."""
    for result in replaced.values():
        result.item.edits_replaced = 0  # a store that failed may have counted before
    rows = former_rows(former)
    for row in rows:
        if edit := lost.get((row.document_id, row.position)):
            row.text, row.edited_by = edit.text, edit.actor_label
            replaced[row.document_id].item.edits_replaced += 1
            data = {"document": row.document_id, "import": parent.pk, "by": edit.actor_label}
            audit_record(actor=parent.actor, action="passage.edit_replaced", target=f"passage:{row.pk}", data=data)
    FormerPassage.objects.bulk_create(rows, batch_size=500)


def former_rows(former: Sequence[Passage]) -> list[FormerPassage]:
    """Not saved yet: where passages that go now stood."""
    return [
        FormerPassage(pk=one.pk, document_id=one.document_id, position=one.position, heading=one.heading)
        for one in former
    ]


def _passage_rows(document: Document, result: Result) -> Iterator[Passage]:
    pieces = result.reading.pieces if result.reading else []
    for position, piece in enumerate(pieces):
        yield passage_row(document, position, piece)


def passage_row(document: Document, position: int, piece: Piece) -> Passage:
    """Not saved yet."""
    return Passage(
        collection_id=document.collection_id,
        document=document,
        position=position,
        heading=piece.heading,
        text=piece.text,
        language=piece.language,
        page=piece.page,
        spans=[offset for span in piece.spans for offset in span],
        rows=list(piece.rows),
        lexemes=piece.lexemes,
        tokens_count=piece.tokens_count,
    )


def _dropped_rows(document: Document, result: Result) -> Iterator[DroppedPair]:
    for pair in result.reading.dropped if result.reading else []:
        yield DroppedPair(
            document=document,
            row=pair.row,
            question=pair.question,
            answer=pair.answer,
            digest=pair_digest(pair.question, pair.answer),
            failure={"code": pair.code, "values": pair.values},
            restored=pair.row in result.restored,
        )
