"""An import to wait for, as commands do: the same jobs, and whoever waits does them when nobody else does."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from apps.core.actor import Actor
from apps.core.errors import Conflict

from ..indexing.fill import vectors_wake
from ..ingest.claims import OPEN, pending
from ..ingest.runner import imports_run, imports_wake
from ..models import PENDING, Import, ImportItem, ItemState
from ..web.fetching import fetches_run, fetches_wake
from .address import address_import_start
from .collection import collection_ensure
from .imports import import_cancel, import_start

Progress = Callable[[int, int, str], None]  # done, total, the name of the last document done
_LOOK_SECONDS = 0.2


@dataclass
class ImportReport:
    """Names by what became of them; `failed` with the reason; `passages` are those of the documents now written,
    `wide_rows` count those of tables with more cells than the first."""

    collection: str
    imported: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    removed: int = 0
    dropped_pairs: int = 0
    wide_rows: int = 0
    passages: int = 0
    seconds: float = 0.0


def collection_import(
    *,
    actor: Actor,
    collection: str,
    paths: Sequence[Path] = (),
    addresses: Sequence[str] = (),
    progress: Progress | None = None,
    question: str = "",
    answer: str = "",
    prune: bool = False,
) -> ImportReport:
    """Imports files and folders, or else web addresses, into the collection `collection` (a slug), which is made if
    it is not there.

    A file with the bytes of the last import is left alone, a changed one is replaced in one transaction, and one
    that cannot be imported is reported and stops nothing. Raises NotFound for a path that is not there. Being
    interrupted cancels the import: what is ready stays.
    """
    began = time.monotonic()
    target = collection_ensure(actor=actor, slug=collection)
    if addresses:
        row = address_import_start(actor=actor, collection=target, addresses=addresses)
    else:
        row = import_start(
            actor=actor, collection=target, paths=list(paths), question=question, answer=answer, prune=prune
        )
    _complete(actor, [row], progress)
    return _report(row, time.monotonic() - began)


def folders_import(
    *, actor: Actor, folders: Mapping[str, Path], progress: Progress | None = None, vectors: bool = True
) -> list[ImportReport]:
    """Imports a folder into each of the collections, by their slugs, as one; a report each.

    Without `vectors`, which take ten times as long as all else, documents are found by their words when this
    returns, and a worker makes the vectors afterwards, those of the oldest collection first.
    """
    began = time.monotonic()
    rows = [
        import_start(actor=actor, collection=collection_ensure(actor=actor, slug=slug), paths=[folder])
        for slug, folder in folders.items()
    ]
    _complete(actor, rows, progress, vectors=vectors)
    if not vectors:
        vectors_wake()
    return [_report(row, time.monotonic() - began) for row in rows]


def _complete(actor: Actor, rows: Sequence[Import], progress: Progress | None, *, vectors: bool = True) -> None:
    try:
        _wait(rows, progress or (lambda done, total, name: None), vectors)
    except BaseException:  # Ctrl-C too: being interrupted cancels
        for row in rows:
            with suppress(Conflict):  # it had ended already
                import_cancel(actor=actor, import_id=row.pk)
        raise
    finally:
        if pending():  # what others brought meanwhile
            imports_wake()
        fetches_wake()


def _wait(rows: Sequence[Import], progress: Progress, vectors: bool) -> None:
    said = 0
    ids = [row.pk for row in rows]
    items = ImportItem.objects.filter(parent__in=ids)
    lock = Lock()

    def ended() -> bool:
        """Asked by every hand between two claims."""
        nonlocal said
        with lock:
            done = items.exclude(state__in=PENDING)
            count = done.count()
            if count > said:
                said = count
                latest = done.order_by("-ended_at", "-position").values_list("name", flat=True)[0]
                progress(count, items.count(), latest)
        return not Import.objects.filter(pk__in=ids, state__in=OPEN).exists()

    while not ended():
        # A page is read as soon as it is here, rather than after all others have come.
        fetched = fetches_run(enough=lambda: ended() or pending())
        if not (imports_run(enough=ended, vectors=vectors) and fetched):
            time.sleep(_LOOK_SECONDS)


def _report(row: Import, seconds: float) -> ImportReport:
    row.refresh_from_db()
    report = ImportReport(row.collection.slug, removed=row.removed_count, seconds=seconds)
    for item in row.items.order_by("position"):
        if item.state == ItemState.FAILED:
            report.failed.append((item.name, item.reason))
        elif item.state == ItemState.UNCHANGED:
            report.unchanged.append(item.name)
        elif item.state == ItemState.READY:
            (report.replaced if item.replaced else report.imported).append(item.name)
            report.passages += item.passages
            report.dropped_pairs += item.dropped
    wide = [told for one in row.left_out for told in one.get("wide", ())]
    report.wide_rows = sum(len(told["rows"]) + told["more"] for told in wide)
    return report
