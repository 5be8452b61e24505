"""Documents: to take one out of a collection, or to call it something else."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..access import manager_required
from ..ingest.names import clean_name
from ..models import Document
from .collection import collection_touch


@transaction.atomic
def document_delete(*, actor: Actor, document_id: UUID) -> None:
    """Its passages are found by no search that begins after this returns. Raises NotFound and NotAllowed."""
    manager_required(actor)
    document = document_locked(document_id)
    data = {"name": document.name, "collection": document.collection_id, "passages": document.passages_count}
    document.delete()
    collection_touch(document.collection_id)
    audit_record(actor=actor, action="document.deleted", target=f"document:{document_id}", data=data)


@transaction.atomic
def document_rename(*, actor: Actor, document_id: UUID, name: str) -> Document:
    """The name by which the next import knows it again. Raises BadInput, Conflict for a name in use, NotFound."""
    manager_required(actor)
    document = document_locked(document_id)
    before, wanted = document.name, clean_name(name)
    if not wanted:
        raise BadInput(_("A document needs a name."))
    if Document.objects.filter(collection=document.collection_id, name=wanted).exclude(pk=document_id).exists():
        raise Conflict(_("Another document is named %(name)s.") % {"name": wanted})
    document.name = wanted
    document.save(update_fields=["name", "updated_at"])
    data = {"from": before, "to": wanted}
    audit_record(actor=actor, action="document.renamed", target=f"document:{document_id}", data=data)
    return document


def document_locked(document_id: UUID) -> Document:
    """Raises NotFound."""
    document = Document.objects.select_for_update().filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("There is no such document."))
    return document
