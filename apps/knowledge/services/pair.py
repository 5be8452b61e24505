"""Question-answer pairs that cleaning left out, taken back."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound, Unavailable

from ..access import manager_required
from ..indexing.vectors import vectors_store
from ..ingest.amending import pair_pieces
from ..ingest.blocks import Refused
from ..ingest.embedding import embed_pieces
from ..ingest.reasons import reason
from ..ingest.replacing import passage_row
from ..models import DroppedPair, Passage
from .collection import collection_touch
from .document import document_locked


def pair_restore(*, actor: Actor, pair_id: UUID) -> DroppedPair:
    """Makes it a passage of its document after all, which later imports respect.

    Raises NotFound, Conflict when it was taken back already, BadInput for a pair without question or answer.
    """
    manager_required(actor)
    pair = _pair(pair_id)
    if not pair.question or not pair.answer:
        raise BadInput(pair.reason)
    title = pair.document.title
    pieces = pair_pieces(title, pair.question, pair.answer, pair.document.collection.splitting)
    try:
        vectors = embed_pieces(title, pieces)
    except Refused as error:
        raise Unavailable(reason(error.code, error.values)) from error
    with transaction.atomic():
        document = document_locked(pair.document_id)
        if not DroppedPair.objects.filter(pk=pair_id, restored=False).update(restored=True):
            raise Conflict(_("This pair was taken back already."))
        last = document.passages.aggregate(last=Max("position"))["last"]
        first = 0 if last is None else last + 1
        rows = [passage_row(document, position, piece) for position, piece in enumerate(pieces, first)]
        Passage.objects.bulk_create(rows)
        vectors_store(rows, vectors)
        document.passages_count += len(rows)
        document.save(update_fields=["passages_count", "updated_at"])
        collection_touch(document.collection_id)
        data = {"document": document.pk, "row": pair.row, "why": pair.failure["code"]}
        audit_record(actor=actor, action="pair.restored", target=f"document:{document.pk}", data=data)
    pair.restored = True
    return pair


def _pair(pair_id: UUID) -> DroppedPair:
    pair = DroppedPair.objects.select_related("document__collection").filter(pk=pair_id).first()
    if pair is None:
        raise NotFound(_("There is no such pair."))
    return pair
