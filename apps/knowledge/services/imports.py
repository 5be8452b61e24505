"""Imports as jobs: to start one, to cancel it, to try again what failed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..access import manager_required
from ..ingest.claims import OPEN
from ..ingest.ending import import_close, import_end
from ..ingest.files import collect_sources
from ..ingest.names import clean_name
from ..ingest.runner import imports_wake
from ..ingest.spool import bounded, spool_drop, spool_path, spool_write
from ..models import PENDING, Collection, Import, ImportItem, ImportSource, ImportState, ItemState

MOST_FILES = 20_000


@dataclass(frozen=True)
class Upload:
    """A file as a browser sends it: `name` with the folders that it came from, `pieces` its bytes."""

    name: str
    pieces: Iterable[bytes]


def import_start(
    *,
    actor: Actor,
    collection: Collection,
    files: Sequence[Upload] = (),
    paths: Sequence[Path] = (),
    question: str = "",
    answer: str = "",
    prune: bool = False,
) -> Import:
    """Queues uploads, or files and folders of the server; returns at once, a worker reads them.

    `question` and `answer` name columns of question-answer tables. With `prune`, documents that are not among the
    files leave the collection at the end. Raises BadInput for names that are used twice, NotFound for a path that
    is not there, NotAllowed.
    """
    manager_required(actor)
    source = ImportSource.UPLOAD if files else ImportSource.FOLDER
    row = Import(
        collection=collection,
        source=source,
        owner=f"user:{actor.user_id}" if actor.user_id else actor.label,
        actor_user_id=actor.user_id,
        actor_label=actor.label,
        actor_role=actor.role,
        question=question,
        answer=answer,
        prune=prune,
    )
    try:
        items = _uploaded(row, files) if files else _found(row, paths)
        with transaction.atomic():
            row.save(force_insert=True)
            ImportItem.objects.bulk_create(items, batch_size=500)
            data: dict[str, Any] = {"import": row.pk, "source": source.value, "files": len(items), "prune": prune}
            audit_record(actor=actor, action="import.started", target=f"collection:{collection.pk}", data=data)
            import_close(row.pk)  # nothing to do is done at once
            imports_wake()
    except BaseException:
        spool_drop(row.pk)
        raise
    return row


def _uploaded(row: Import, files: Sequence[Upload]) -> list[ImportItem]:
    if len(files) > MOST_FILES:
        raise BadInput(_("At most %(limit)d files can be imported at once.") % {"limit": MOST_FILES})
    items: dict[str, ImportItem] = {}
    for position, file in enumerate(files, 1):
        item = ImportItem(parent=row, position=position, name=clean_name(file.name) or f"file-{position}")
        if item.name in items:
            raise BadInput(
                _("Two files would both be named %(name)s. Import the folder above them.") % {"name": item.name}
            )
        path = spool_path(row.pk, item.pk, item.name)
        item.path, item.size = str(path), spool_write(path, bounded(file.pieces))
        items[item.name] = item
    return list(items.values())


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
    waiting = ImportItem.objects.select_for_update().filter(parent=import_id, state__in=PENDING).order_by("pk")
    waiting_ids = list(waiting.values_list("pk", flat=True))  # locked before the import, as whoever stores does
    row = _locked(import_id)
    if row.state not in OPEN:
        raise Conflict(_("This import has ended already."))
    ImportItem.objects.filter(pk__in=waiting_ids).update(state=ItemState.CANCELLED, ended_at=timezone.now())
    import_end(row, ImportState.CANCELLED)
    audit_record(actor=actor, action="import.cancelled", target=f"import:{row.pk}")
    return row


@transaction.atomic
def import_retry(*, actor: Actor, import_id: UUID, item_ids: Sequence[UUID] | None = None) -> int:
    """Queues failed items again, all or some; returns how many. Raises NotFound, and Conflict when none failed."""
    manager_required(actor)
    row = _locked(import_id)
    failed = row.items.filter(state=ItemState.FAILED)
    if item_ids is not None:
        failed = failed.filter(pk__in=item_ids)
    count = failed.update(state=ItemState.QUEUED, attempts=0, failure={}, ended_at=None)
    if not count:
        raise Conflict(_("Nothing of this import failed."))
    row.state, row.ended_at = ImportState.QUEUED, None
    row.save(update_fields=["state", "ended_at", "updated_at"])
    audit_record(actor=actor, action="import.retried", target=f"import:{row.pk}", data={"files": count})
    imports_wake()
    return count


def _locked(import_id: UUID) -> Import:
    row = Import.objects.select_for_update().filter(pk=import_id).first()
    if row is None:
        raise NotFound(_("There is no such import."))
    return row
