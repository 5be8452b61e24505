"""Imports as jobs: to start one, to cancel it, to try again what failed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotFound

from ..access import manager_required
from ..ingest.ending import import_close, import_collection_hold, import_stop
from ..ingest.files import collect_sources
from ..ingest.runner import imports_wake
from ..locks import collection_hold
from ..models import Collection, Import, ImportItem, ImportSource, ImportState, ItemState


def import_start(
    *,
    actor: Actor,
    collection: Collection,
    paths: Sequence[Path],
    question: str = "",
    answer: str = "",
    prune: bool = False,
) -> Import:
    """Queues files and folders of the server; returns at once, a worker reads them.

    `question` and `answer` name columns of question-answer tables. With `prune`, documents that are not among the
    files leave the collection at the end. Raises BadInput for names that are used twice, NotFound for a path that
    is not there, NotAllowed.
    """
    manager_required(actor)
    row = import_new(actor, collection, ImportSource.FOLDER)
    row.question, row.answer, row.prune = question, answer, prune
    items = _found(row, paths)
    with transaction.atomic():
        import_save(row, items)
        import_begin(actor, row, len(items))
    return row


def import_new(actor: Actor, collection: Collection, source: ImportSource) -> Import:
    """Not saved yet."""
    return Import(
        collection=collection,
        source=source,
        owner=f"user:{actor.user_id}" if actor.user_id else actor.label,
        actor_user_id=actor.user_id,
        actor_label=actor.label,
        actor_role=actor.role,
    )


def import_save(row: Import, items: Sequence[ImportItem]) -> None:
    """In the caller's transaction. Raises NotFound when somebody deleted the collection meanwhile."""
    if not collection_hold(row.collection_id):
        raise NotFound(_("There is no such collection."))
    row.save(force_insert=True)
    ImportItem.objects.bulk_create(items, batch_size=500)


def import_begin(actor: Actor, row: Import, files: int) -> None:
    """Wakes the worker for queued items; to be called in the transaction that queued them."""
    data: dict[str, Any] = {"import": row.pk, "source": row.source, "files": files, "prune": row.prune}
    audit_record(actor=actor, action="import.started", target=f"collection:{row.collection_id}", data=data)
    import_close(row.pk)  # nothing to do is done at once
    imports_wake()


def _found(row: Import, paths: Sequence[Path]) -> list[ImportItem]:
    return [
        ImportItem(
            parent=row, position=position, name=source.name, path=str(source.path.resolve()), size=source.size
        )
        for position, source in enumerate(collect_sources(list(paths)), 1)
    ]


@transaction.atomic
def import_cancel(*, actor: Actor, import_id: UUID) -> Import:
    """Ends an import now: documents that are ready stay, nothing else comes in. Raises NotFound and Conflict."""
    manager_required(actor)
    row = import_stop(import_id)
    if row is None:
        import_locked(import_id)
        raise Conflict(_("This import has ended already."))
    audit_record(actor=actor, action="import.cancelled", target=f"import:{row.pk}")
    return row


@transaction.atomic
def import_retry(*, actor: Actor, import_id: UUID, item_ids: Sequence[UUID] | None = None) -> int:
    """Queues failed items again, all or some; returns how many. Raises NotFound, and Conflict when none failed."""
    manager_required(actor)
    import_collection_hold(import_id)
    row = import_locked(import_id)
    failed = row.items.filter(state=ItemState.FAILED)
    if item_ids is not None:
        failed = failed.filter(pk__in=item_ids)
    if row.source == ImportSource.ADDRESS:
        failed.update(path="")  # pages come anew from their site
    count = failed.update(state=ItemState.QUEUED, attempts=0, failure={}, ended_at=None)
    if not count:
        raise Conflict(_("Nothing of this import failed."))
    row.state, row.started_at, row.ended_at = ImportState.QUEUED, None, None
    row.save(update_fields=["state", "started_at", "ended_at", "updated_at"])
    audit_record(actor=actor, action="import.retried", target=f"import:{row.pk}", data={"files": count})
    imports_wake()
    return count


def import_locked(import_id: UUID) -> Import:
    """Raises NotFound."""
    row = Import.objects.select_for_update().filter(pk=import_id).first()
    if row is None:
        raise NotFound(_("There is no such import."))
    return row
