"""Editing a passage: staff's words stand in the place of the document's, now and after the next import."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound, Unavailable

from ..access import manager_required
from ..indexing.vectors import vectors_store
from ..ingest.amending import passage_digest
from ..ingest.blocks import Refused
from ..ingest.embedding import embed_pieces
from ..ingest.passages import whole_piece
from ..ingest.reading import indexed
from ..ingest.reasons import reason
from ..ingest.store import passage_row
from ..models import Passage, PassageEdit
from .collection import collection_touch
from .document import document_locked

LONGEST = 4_000  # characters


def passage_edit(*, actor: Actor, passage_id: UUID, text: str) -> Passage:
    """The passage with `text`, searchable by it at once. Raises BadInput, NotFound, and Unavailable without an
    embedder.
    """
    manager_required(actor)
    wanted = "\n".join(" ".join(line.split()) for line in text.replace("\0", "").splitlines() if line.strip())
    if not wanted:
        raise BadInput(_("A passage needs a text. To take it out, delete the document or change it."))
    if len(wanted) > LONGEST:
        raise BadInput(_("A passage has at most %(limit)d characters.") % {"limit": LONGEST})
    passage = _passage(passage_id)
    piece = indexed(passage.document.title, whole_piece(passage.heading, wanted, passage.page))
    try:
        vectors = embed_pieces(passage.document.title, [piece])[0]
    except Refused as error:
        raise Unavailable(reason(error.code, error.values)) from error
    with transaction.atomic():
        document = document_locked(passage.document_id)
        current = _passage(passage_id)
        _edit_write(actor, current, wanted)
        row = passage_row(document, current.position, piece)
        row.pk, row.created_at = current.pk, current.created_at
        row.save(force_update=True)
        vectors_store([row], [vectors])
        collection_touch(document.collection_id)
        data = {"document": document.pk, "position": row.position, "characters": len(wanted)}
        audit_record(actor=actor, action="passage.edited", target=f"passage:{row.pk}", data=data)
    return row


def _edit_write(actor: Actor, passage: Passage, text: str) -> None:
    """A second edit keeps the document's own text as what it stands for."""
    edit = PassageEdit.objects.filter(document=passage.document_id, position=passage.position).first()
    if edit is None:
        original = passage_digest(passage.heading, passage.text)
        edit = PassageEdit(document_id=passage.document_id, position=passage.position, original=original)
    edit.text, edit.actor_label = text, actor.label
    edit.save()


def _passage(passage_id: UUID) -> Passage:
    passage = Passage.objects.select_related("document").filter(pk=passage_id).first()
    if passage is None:
        raise NotFound(_("There is no such passage."))
    return passage
