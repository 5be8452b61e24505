"""Editing a passage: staff's words stand in the place of the document's, now and after the next import."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound, Unavailable
from apps.core.fences import clean_code, fenced, parts
from apps.core.language import Language

from ..access import manager_required
from ..indexing.vectors import vectors_store
from ..ingest.amending import passage_digest
from ..ingest.blocks import Refused
from ..ingest.embedding import embed_pieces
from ..ingest.passages import Piece, sentences_with_rows, whole_piece
from ..ingest.reading import indexed
from ..ingest.reasons import reason
from ..ingest.replacing import passage_row
from ..ingest.sentences import Span
from ..ingest.steps import indented
from ..models import Passage, PassageEdit
from .collection import collection_touch
from .document import document_locked

LONGEST = 4_000  # characters


def passage_edit(*, actor: Actor, passage_id: UUID, text: str, seen: datetime | None = None) -> Passage:
    """The passage with `text`, found and quoted by it at once.

    `seen` is its `updated_at` when whoever edits read it. Raises BadInput, NotFound, Conflict when somebody else
    changed it since, and Unavailable without an embedder.
    """
    manager_required(actor)
    wanted = _tidied(text)
    if not wanted:
        raise BadInput(_("A passage needs a text. To take it out, delete the document or change it."))
    if len(wanted) > LONGEST:
        raise BadInput(_("A passage has at most %(limit)d characters.") % {"limit": LONGEST})
    passage = _passage(passage_id)
    if wanted == passage.text:
        return passage
    own = passage_edit_of(passage) or _edit_begun(passage)
    before = sentences_with_rows(own.original_text, _pairs(own.original_spans), own.original_rows)

    def write(current: Passage) -> None:
        edit = passage_edit_of(current) or _edit_begun(current)  # a second one keeps the document's own text
        edit.text, edit.actor_label = wanted, actor.label
        edit.save()

    piece = whole_piece(passage.heading, wanted, passage.page, _language(own), before)
    return _put(actor, passage, piece, write, action="passage.edited", seen=seen)


def passage_restore(*, actor: Actor, passage_id: UUID) -> Passage:
    """The passage as its document has it. Raises NotFound, Conflict where nothing can be put back, Unavailable."""
    manager_required(actor)
    passage = _passage(passage_id)
    edit = passage_edit_of(passage)
    if edit is None or not edit.original_text:
        raise Conflict(_("There is no earlier text of this passage to put back."))
    spans = _pairs(edit.original_spans)
    rows = tuple(edit.original_rows)
    piece = Piece(passage.heading, edit.original_text, _language(edit), passage.page, spans, rows=rows)

    def write(current: Passage) -> None:
        PassageEdit.objects.filter(document=current.document_id, position=current.position).delete()

    return _put(actor, passage, piece, write, action="passage.restored")


def passage_edit_of(passage: Passage) -> PassageEdit | None:
    return PassageEdit.objects.filter(document=passage.document_id, position=passage.position).first()


def _put(
    actor: Actor,
    passage: Passage,
    piece: Piece,
    write: Callable[[Passage], None],
    *,
    action: str,
    seen: datetime | None = None,
) -> Passage:
    """Replaces the passage's text, tokens and vectors; `write` notes down the edit in the same transaction."""
    title = passage.document.title
    piece = indexed(title, piece)
    try:
        vectors = embed_pieces(title, [piece])[0]
    except Refused as error:
        raise Unavailable(reason(error.code, error.values)) from error
    with transaction.atomic():
        document = document_locked(passage.document_id)
        current = _passage(passage.pk)
        if current.updated_at != (seen or passage.updated_at):
            raise Conflict(_("Somebody else changed this passage meanwhile. Look at it anew before you change it."))
        write(current)
        row = passage_row(document, current.position, piece)
        row.pk, row.created_at = current.pk, current.created_at
        row.save(force_update=True)
        vectors_store([row], [vectors])
        collection_touch(document.collection_id)
        data = {"document": document.pk, "position": row.position, "characters": len(row.text)}
        audit_record(actor=actor, action=action, target=f"passage:{row.pk}", data=data)
    return row


def _tidied(text: str) -> str:
    """A sentence or paragraph a line; code keeps its lines, and a line in a step where it begins."""
    lines: list[str] = []
    for part in parts(text.replace("\0", "").replace("\r\n", "\n")):
        if part.is_code:
            lines += [fenced(code)] if (code := clean_code(part.text)) else []
        else:
            lines += [indented(line) for line in part.text.splitlines() if line.strip()]
    return "\n".join(lines)


def _edit_begun(passage: Passage) -> PassageEdit:
    return PassageEdit(
        document_id=passage.document_id,
        position=passage.position,
        original=passage_digest(passage.heading, passage.text),
        original_text=passage.text,
        original_language=passage.language,
        original_spans=passage.spans,
        original_rows=passage.rows,
    )


def _language(edit: PassageEdit) -> Language:
    """That of the document's own text."""
    return "zh" if edit.original_language == "zh" else "en"


def _pairs(offsets: list[int]) -> tuple[Span, ...]:
    return tuple(zip(offsets[::2], offsets[1::2], strict=True))


def _passage(passage_id: UUID) -> Passage:
    passage = Passage.objects.select_related("document").filter(pk=passage_id).first()
    if passage is None:
        raise NotFound(_("There is no such passage."))
    return passage
