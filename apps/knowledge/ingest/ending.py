"""The end of an import: once, when its last item got its final state."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Sum, Value
from django.db.models.functions import Concat, StrIndex
from django.utils import timezone

from apps.audit.services import audit_record

from ..locks import collection_hold
from ..models import PENDING, WRITTEN, Collection, Document, Import, ImportItem, ImportState, ItemState
from .claims import OPEN
from .originals import originals_drop
from .spool import spool_drop

_SUMS = ("passages", "embedded", "dropped", "edits_replaced")  # of the items' own counts


def import_close(import_id: UUID) -> None:
    """Ends the import unless items are pending; to be called in the transaction that ended items.

    The row is locked first: of two that end the last items at once, the second sees the first one's.
    """
    import_collection_hold(import_id)
    row = Import.objects.select_for_update().filter(pk=import_id).first()  # None: gone with its collection
    if row is None or row.state not in OPEN or row.items.filter(state__in=PENDING).exists():
        return
    if row.prune:
        row.removed_count = _prune(row)
    import_end(row, ImportState.ENDED)


def import_collection_hold(import_id: UUID) -> None:
    """Its collection stays until the transaction ends; to be called before the import is locked."""
    for collection_id in Import.objects.filter(pk=import_id).values_list("collection", flat=True):
        collection_hold(collection_id)


def import_stop(import_id: UUID) -> Import | None:
    """Ends an import now, in the caller's transaction: what is ready stays. None where none is under way."""
    waiting = ItemState.RECEIVING, *PENDING
    items = items_lock(import_id, waiting)  # before the import, as whoever stores does
    row = Import.objects.select_for_update().filter(pk=import_id).first()
    if row is None or row.state not in {ImportState.RECEIVING, *OPEN}:
        return None
    ImportItem.objects.filter(pk__in=items).update(state=ItemState.CANCELLED, ended_at=timezone.now())
    import_end(row, ImportState.CANCELLED)
    return row


def items_lock(import_id: UUID, states: Iterable[ItemState]) -> list[UUID]:
    """The ids of the import's items in one of `states`, each locked."""
    items = ImportItem.objects.select_for_update().filter(parent=import_id, state__in=states).order_by("pk")
    return list(items.values_list("pk", flat=True))


def import_end(row: Import, state: ImportState) -> None:
    """Writes the end down; files that nobody needs any more go once this is committed."""
    row.state, row.ended_at = state, timezone.now()
    row.save(update_fields=["state", "ended_at", "removed_count", "updated_at"])
    counts = imports_counts([row.pk])[row.pk]
    data = {
        "state": state.value,
        "imported": counts["new"],
        **{key: counts[key] for key in ("replaced", "unchanged", "failed", "cancelled")},
        "removed": row.removed_count,
    }
    audit_record(actor=row.actor, action="collection.imported", target=f"collection:{row.collection_id}", data=data)
    if not counts["failed"]:
        transaction.on_commit(lambda: spool_drop(row.pk))


def imports_counts(import_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Of each import the items by state, and `total`, `new`, `replaced`, `passages`, `embedded`, `dropped` (pairs)
    and `edits_replaced`.
    """
    columns: dict[str, Any] = {
        "total": Count("pk"),
        "replaced": Count("pk", filter=Q(state=ItemState.READY, replaced=True)),
        **{f"{state.value}_count": Count("pk", filter=Q(state=state)) for state in ItemState},
        **{f"{name}_count": Sum(name, default=0) for name in _SUMS},
    }
    rows = ImportItem.objects.filter(parent__in=import_ids).order_by().values("parent").annotate(**columns)
    found: dict[UUID, Any] = {row["parent"]: row for row in rows}
    return {import_id: _named(columns, found.get(import_id, {})) for import_id in import_ids}


def _named(columns: Iterable[str], row: Mapping[str, int]) -> dict[str, int]:
    counts = {name.removesuffix("_count"): row.get(name, 0) for name in columns}
    return counts | {"new": counts["ready"] - counts["replaced"]}


def _prune(row: Import) -> int:
    """Removes what is not among the items. An import that found nothing removes nothing: that is a wrong path.

    What imports that began later have brought stays, or trying one old file again would take it; and so does what
    came out of an archive that could not be opened this time, and what staff wrote here.
    """
    if not row.items.exists():
        return 0
    brought = ImportItem.objects.filter(
        parent__collection=row.collection_id, parent__created_at__gte=row.created_at, name=OuterRef("name")
    )
    inside = StrIndex(OuterRef("name"), Concat("name", Value("/")))
    closed = row.items.filter(state=ItemState.FAILED, name__iendswith=".zip").alias(at=inside).filter(at=1)
    gone = Document.objects.filter(~Exists(brought), ~Exists(closed), collection=row.collection_id)
    gone = gone.exclude(media_type=WRITTEN)
    originals = list(gone.values_list("original", flat=True))
    if count := len(originals):
        gone.delete()
        transaction.on_commit(lambda: originals_drop(originals))
        Collection.objects.filter(pk=row.collection_id).update(version=F("version") + 1)
    return count
