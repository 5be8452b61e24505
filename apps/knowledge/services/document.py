"""Documents: to take some out of a collection, or to call one something else."""

from collections.abc import Collection as Several
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..access import manager_required
from ..ingest.names import clean_name
from ..ingest.originals import originals_drop
from ..locks import collections_hold
from ..models import Document
from .collection import collection_touch


@transaction.atomic
def documents_delete(*, actor: Actor, document_ids: Several[UUID]) -> int:
    """Their passages are found by no search that begins after this returns. Those that somebody else has deleted
    already are left out; returns how many were there.
    """
    manager_required(actor)
    wanted = Document.objects.filter(pk__in=document_ids)
    collections_hold(wanted.values_list("collection", flat=True))
    # locked by name, as imports lock them
    rows = list(wanted.select_for_update().order_by("name", "pk"))
    Document.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: originals_drop(row.original for row in rows))
    for collection_id in sorted({row.collection_id for row in rows}):
        collection_touch(collection_id)
    for row in rows:
        data = {"name": row.name, "collection": row.collection_id, "passages": row.passages_count}
        audit_record(actor=actor, action="document.deleted", target=f"document:{row.pk}", data=data)
    return len(rows)


@transaction.atomic
def document_rename(*, actor: Actor, document_id: UUID, name: str) -> Document:
    """The name by which the next import knows it again. Raises BadInput, Conflict for a name in use, NotFound."""
    manager_required(actor)
    document = document_locked(document_id)
    before, document.name = document.name, clean_name(name)
    if not document.name:
        raise BadInput(_("A document needs a name."))
    try:
        with transaction.atomic():
            document.save(update_fields=["name", "updated_at"])
    except IntegrityError as error:
        raise Conflict(_("Another document is named %(name)s.") % {"name": document.name}) from error
    data = {"from": before, "to": document.name}
    audit_record(actor=actor, action="document.renamed", target=f"document:{document_id}", data=data)
    return document


def document_locked(document_id: UUID) -> Document:
    """Behind its collection, see `locks`. Raises NotFound."""
    collections_hold(Document.objects.filter(pk=document_id).values_list("collection", flat=True))
    document = Document.objects.select_for_update().filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("There is no such document."))
    return document
