"""Uploads: an import's files arrive as one stream of bytes, in chunks, and go on from its offset after a break."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.chunks import FileShrunk, bytes_there, chunk_check, chunk_write, go_on_from, space_check
from apps.core.errors import BadInput, Conflict, TooLarge

from ..access import manager_required
from ..ingest.ending import items_lock
from ..ingest.hashing import uploads_hash_wake
from ..ingest.names import clean_name
from ..ingest.passages import Splitting
from ..ingest.sniff import MAX_BYTES
from ..ingest.spool import spool_folder, spool_path
from ..models import Collection, Import, ImportItem, ImportSource, ImportState, ItemState
from .imports import import_begin, import_locked, import_new, import_save
from .splitting import collection_splitting_set

MOST_FILES = 20_000
MOST_BYTES = 2 * 1024**3


@transaction.atomic
def receive_start(*, actor: Actor, collection: Collection, files: Iterable[Mapping[str, Any]]) -> Import:
    """Opens an import for files that will come: [{"name", with the folders it lies in, "size" in bytes}].

    Their bytes are sent one file after the other, in this order. Raises BadInput for names that are used twice or
    sizes that are none, TooLarge and NoSpace before a byte was sent, NotAllowed.
    """
    manager_required(actor)
    row = import_new(actor, collection, ImportSource.UPLOAD)
    row.state = ImportState.RECEIVING
    items = _declared(row, files)
    folder = spool_folder(row.pk)
    space_check(folder.parent, row.size)
    import_save(row, items)
    data = {"import": row.pk, "files": len(items), "bytes": row.size}
    audit_record(actor=actor, action="import.opened", target=f"collection:{collection.pk}", data=data)
    folder.mkdir(mode=0o750)
    for item in items:
        if not item.size:  # no chunk brings it
            Path(item.path).touch(mode=0o640)
    if not row.size:
        uploads_hash_wake()
    return row


def _declared(row: Import, files: Iterable[Mapping[str, Any]]) -> list[ImportItem]:
    items: dict[str, ImportItem] = {}
    for position, file in enumerate(files, 1):
        item = _declared_one(row, position, file)
        if item.name in items:
            raise BadInput(
                _("Two files would both be named %(name)s. Import the folder above them.") % {"name": item.name}
            )
        items[item.name] = item
        row.size += item.size
        if position > MOST_FILES:
            raise TooLarge(_("At most %(limit)d files can be imported at once.") % {"limit": MOST_FILES})
        if row.size > MOST_BYTES:
            raise TooLarge(_("At most %(limit)d GB can be imported at once.") % {"limit": MOST_BYTES // 1024**3})
    if not items:
        raise BadInput(_("Choose at least one file."))
    return list(items.values())


def _declared_one(row: Import, position: int, file: Mapping[str, Any]) -> ImportItem:
    name, size = file.get("name"), file.get("size")
    if not isinstance(name, str) or type(size) is not int or size < 0:
        raise BadInput(_("Every file needs a name and its size in bytes."))
    label = clean_name(name) or f"file-{position}"
    if size > MAX_BYTES:
        raise TooLarge(
            _("%(name)s is larger than %(limit)d MB. Split it.") % {"name": label, "limit": MAX_BYTES // 1024**2}
        )
    item = ImportItem(parent=row, position=position, name=label, size=size, offset=row.size)
    item.path, item.state = str(spool_path(row.pk, item.pk, label)), ItemState.RECEIVING
    return item


def receive_append(*, actor: Actor, import_id: UUID, offset: int, chunk: bytes) -> Import:
    """Writes a chunk, which may hold the end of one file and the beginning of others, at `offset` of the stream.

    Raises Conflict with the right offset in `extra` when it is another one, TooLarge, NoSpace, NotFound. When the
    disk lost bytes that had arrived, all of them are to be sent again.
    """
    manager_required(actor)
    try:
        return _append(import_id, offset, chunk)
    except FileShrunk:
        _rewind(import_id)
        raise go_on_from(0) from None


@transaction.atomic
def _append(import_id: UUID, offset: int, chunk: bytes) -> Import:
    row = _receiving(import_id)
    chunk_check(chunk, offset, received=row.received, size=row.size)
    space_check(spool_folder(row.pk), len(chunk))
    for item, at, piece in _pieces(row, offset, chunk):
        # A folder of thousands of short files is not worth as many waits for the disk; its end looks at the sizes.
        chunk_write(Path(item.path), at, piece, durable=False)
    row.received += len(chunk)
    row.save(update_fields=["received", "updated_at"])
    if row.received == row.size:
        uploads_hash_wake()
    return row


def _pieces(row: Import, offset: int, chunk: bytes) -> Iterator[tuple[ImportItem, int, bytes]]:
    """(item, where in its file, the bytes) for each file that a chunk holds something of."""
    end = offset + len(chunk)
    for item in row.items.filter(offset__lt=end, offset__gt=offset - F("size")).order_by("position"):
        first, last = max(offset, item.offset), min(end, item.offset + item.size)
        yield item, first - item.offset, chunk[first - offset : last - offset]


def receive_finish(
    *,
    actor: Actor,
    import_id: UUID,
    question: str = "",
    answer: str = "",
    prune: bool = False,
    splitting: Splitting | None = None,
    looked: bool = False,
) -> Import:
    """All bytes are there: the files are queued. The options are those of `import_start`; with a `splitting` the
    collection's documents are cut like that from now on. Whoever `looked` first knows which files cannot be read:
    those fail here, and make no documents.

    Raises Conflict when something is missing yet, or the import takes no more files; NotFound, NotAllowed.
    """
    manager_required(actor)
    with transaction.atomic():
        if splitting:  # the collection is locked before its import
            for collection_id in Import.objects.filter(pk=import_id).values_list("collection", flat=True):
                collection_splitting_set(actor=actor, collection_id=collection_id, splitting=splitting)
        items = items_lock(import_id, [ItemState.RECEIVING])
        row = _receiving(import_id)
        if row.received != row.size:
            raise Conflict(_("Not all files are here yet."))
        if whole := _whole(row):
            row.state, row.question, row.answer, row.prune = ImportState.QUEUED, question, answer, prune
            row.save(update_fields=["state", "question", "answer", "prune", "updated_at"])
            told = row.items.filter(pk__in=items if looked else []).exclude(failure={})
            failed = told.update(state=ItemState.FAILED, ended_at=timezone.now())
            row.items.filter(pk__in=items, state=ItemState.RECEIVING).update(state=ItemState.QUEUED, failure={})
            import_begin(actor, row, len(items) - failed)
        else:
            transaction.set_rollback(True)
    if not whole:
        _rewind(import_id)
        raise go_on_from(0)
    return row


def _whole(row: Import) -> bool:
    """Whether the disk holds all that has arrived."""
    return all(bytes_there(Path(item.path)) == item.size for item in row.items.all())


def _rewind(import_id: UUID) -> None:
    Import.objects.filter(pk=import_id, state=ImportState.RECEIVING).update(received=0)
    ImportItem.objects.filter(parent=import_id, state=ItemState.RECEIVING).update(hashes=None, failure={})


def _receiving(import_id: UUID) -> Import:
    """Locked. Raises NotFound and Conflict."""
    row = import_locked(import_id)
    if row.state != ImportState.RECEIVING:
        raise Conflict(_("This import takes no more files."))
    return row
