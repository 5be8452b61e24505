"""Who may open the files that a collection's documents were made of."""

from uuid import UUID

from django.db import transaction

from apps.audit.services import audit_record
from apps.core.actor import Actor

from ..access import manager_required
from ..models import Collection
from .collection import collection_locked


@transaction.atomic
def collection_originals_set(*, actor: Actor, collection_id: UUID, opened: bool) -> Collection:
    """Whether whoever may read a passage may open its whole file, too. Raises NotFound."""
    manager_required(actor)
    collection = collection_locked(collection_id)
    if collection.originals_open != opened:
        collection.originals_open = opened
        collection.save(update_fields=["originals_open", "updated_at"])
        action = "collection.originals_opened" if opened else "collection.originals_closed"
        audit_record(actor=actor, action=action, target=f"collection:{collection_id}", data={})
    return collection
