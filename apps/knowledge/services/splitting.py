"""How a collection's documents are cut into passages, and cutting them anew."""

from collections.abc import Collection as Several
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict

from ..access import manager_required
from ..ingest.originals import original_path
from ..ingest.passages import LEAST_SIZE, MOST_OVERLAP, MOST_SIZE, SIZES, Splitting
from ..models import Collection, Document, Import, ImportItem, ImportSource
from .collection import collection_locked
from .imports import import_begin, import_new, import_save


def splitting_asked(size: str, overlap: str) -> Splitting:
    """Of what somebody typed: a name of SIZES or characters, and sentences. Raises BadInput."""
    characters = str(SIZES.get(size, size))
    if not characters.isdecimal() or not LEAST_SIZE <= int(characters[:6]) <= MOST_SIZE:
        raise BadInput(
            _("A passage has %(least)d to %(most)d characters.") % {"least": LEAST_SIZE, "most": MOST_SIZE}
        )
    if overlap not in {str(count) for count in range(MOST_OVERLAP + 1)}:
        raise BadInput(_("0 to %(most)d sentences may be repeated.") % {"most": MOST_OVERLAP})
    return Splitting(int(characters), int(overlap))


@transaction.atomic
def collection_splitting_set(*, actor: Actor, collection_id: UUID, splitting: Splitting) -> Collection:
    """For what is imported from now on; a document with the same bytes is then cut anew, too. Raises NotFound."""
    manager_required(actor)
    collection = collection_locked(collection_id)
    if collection.splitting != splitting:
        collection.passage_size, collection.overlap = splitting.size, splitting.overlap
        collection.save(update_fields=["passage_size", "overlap", "updated_at"])
        target = f"collection:{collection_id}"
        audit_record(actor=actor, action="collection.splitting_changed", target=target, data=vars(splitting))
    return collection


def split_anew(*, actor: Actor, collection: Collection, document_ids: Several[UUID] | None = None) -> Import:
    """Queues all documents of the collection, or some, to be cut from their originals as it says now.

    They are answered from as they are until then; edits stay where the words do. Raises Conflict where no original
    was kept, NotFound, NotAllowed.
    """
    manager_required(actor)
    found = Document.objects.filter(collection=collection).exclude(original="")
    if document_ids is not None:
        found = found.filter(pk__in=document_ids)
    row = import_new(actor, collection, ImportSource.AGAIN)
    items = [_item(row, position, document) for position, document in enumerate(found.order_by("name"), 1)]
    items = [item for item in items if item.size]
    if not items:
        raise Conflict(_("No original was kept to be split anew. Import the files again."))
    with transaction.atomic():
        import_save(row, items)
        import_begin(actor, row, len(items))
    return row


def _item(row: Import, position: int, document: Document) -> ImportItem:
    path = original_path(document.original)
    return ImportItem(
        parent=row,
        position=position,
        name=document.name,
        path=str(path),
        address=document.address,
        validators=document.validators,
        question=document.question,
        answer=document.answer,
        ignored=document.ignored,
        rows=document.rows,
        size=path.stat().st_size if path.is_file() else 0,
    )
