"""An import as its page shows it: how far, how fast, and what became of each file."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.actors import actor_from_request
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.knowledge.models import Collection, Import, ImportItem, ImportState
from apps.knowledge.selectors import (
    Progress,
    access_import,
    import_items,
    import_progress,
    imports,
    imports_progress,
)
from apps.knowledge.services import TABLE_SUFFIXES, import_foresee
from apps.registry.selectors import size_shown

from .paging import PAGE_SIZE, Page, page_read, part_of

GONE_SHOWN = 200
LONGEST_COLUMN = 200  # characters of a column's name
SHOWS = {
    "waiting": gettext_lazy("Waiting"),
    "failed": gettext_lazy("Failed"),
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Updated"),
    "unchanged": gettext_lazy("Unchanged"),
    "cancelled": gettext_lazy("Cancelled"),
}
# Before an import what fails is only what cannot even be opened, or has nothing in it.
FORESEEN = SHOWS | {"failed": gettext_lazy("Cannot be read")}
_LIVE = {ImportState.QUEUED, ImportState.IMPORTING}
_MAY_HOLD_TABLES = (*TABLE_SUFFIXES, ".zip")


@dataclass(frozen=True)
class Foreseen:
    """What a received import would change: how many `documents` become new, changed or unchanged, how many files
    are `closed`, for nobody can open them, what each file of the page becomes (a state and how many documents of
    it), and which documents are not among the files: the first, and how many.
    """

    documents: Counter[str]
    closed: int
    outcomes: dict[UUID, list[tuple[str, int]]]
    gone: list[str]
    gone_count: int

    @property
    def gone_more(self) -> int:
        return self.gone_count - len(self.gone)


@dataclass(frozen=True)
class ImportPage:
    """`state` is that of the import; once all bytes of an upload are there "looking" while a worker hashes them,
    and then "received". `page` is that with the `number`, which counts from 1; `percent` is of the bytes while
    they arrive or are looked at, afterwards of the work. Only a received import is `foreseen`.
    """

    row: Import
    progress: Progress
    state: str
    label: str
    percent: int
    chips: list[tuple[str, str, int]]
    show: str
    page: Page[ImportItem]
    number: int
    foreseen: Foreseen | None = None

    @property
    def live(self) -> bool:
        return self.row.state in _LIVE

    @property
    def here(self) -> bool:
        """Whether all files are, and nobody has begun."""
        return self.state in {"looking", "received"}

    @cached_property
    def tables(self) -> bool:
        """Whether there may be questions with answers in it."""
        endings = reduce(or_, (Q(name__iendswith=ending) for ending in _MAY_HOLD_TABLES))
        return import_items(self.row).filter(endings).exists()


def import_of(request: HttpRequest, collection: str, import_id: UUID) -> Import:
    """The import that an address names. Raises NotFound, NotAllowed."""
    row = access_import(actor=actor_from_request(request), import_id=import_id)
    if row.collection.slug != collection:
        raise NotFound(_("There is no such import."))
    return row


def imports_shown(actor: Actor, collection: Collection, most: int) -> list[tuple[Import, Progress]]:
    """The latest ones, newest first."""
    rows = list(imports(actor=actor, collection=collection)[:most])
    progress = imports_progress(rows)
    return [(row, progress[row.pk]) for row in rows]


def import_page(actor: Actor, row: Import, show: str, number: int) -> ImportPage:
    progress = import_progress(row)
    show = show if show in SHOWS else ""
    receiving = row.state == ImportState.RECEIVING
    state = str(row.state)
    if receiving and row.received == row.size:
        state = "looking" if import_items(row).filter(hashes__isnull=True).exists() else "received"
    shown = part_of(number)
    foreseen = None
    if state == "received":
        foresight = import_foresee(actor=actor, row=row)
        documents, counts = foresight.counts()
        items = import_items(row)
        if show:
            items = items.filter(pk__in=foresight.items(show, shown.start, PAGE_SIZE + 1))
            shown = slice(None)
        rows = list(items.defer("hashes")[shown])
        outcomes = foresight.outcomes([item.pk for item in rows])
        foreseen = Foreseen(documents, counts["failed"], outcomes, *foresight.gone(GONE_SHOWN))
    else:
        counts = Counter({name: _count(progress, name) for name in SHOWS})
        rows = list(import_items(row, show).select_related("document").defer("hashes")[shown])
    labels = FORESEEN if foreseen else SHOWS
    return ImportPage(
        row=row,
        progress=progress,
        state=state,
        label=_said(row, progress, state),
        percent=int(100 * (_arrived(row, state) if receiving else progress.share)),
        chips=[(name, str(label), counts[name]) for name, label in labels.items() if counts[name]],
        show=show,
        page=page_read(rows, number, show=show),
        number=number,
        foreseen=foreseen,
    )


def _arrived(row: Import, state: str) -> float:
    """The part of an upload's bytes that is there; once all are, the part that was looked at."""
    done = row.received
    if state == "looking":
        done = import_items(row).filter(hashes__isnull=False).aggregate(size=Sum("size"))["size"] or 0
    return done / row.size if row.size else 1.0


def _count(progress: Progress, show: str) -> int:
    counts = progress.counts
    waiting = counts["receiving"] + counts["queued"] + counts["importing"]
    return {**counts, "changed": counts["replaced"], "waiting": waiting}[show]


def _said(row: Import, progress: Progress, state: str) -> str:
    """How far it is, in a line."""
    if state == "looking":
        return _("All files are here. They are being compared with what the collection holds.")
    if row.state == ImportState.RECEIVING:
        sizes = {"done": size_shown(row.received), "total": size_shown(row.size)}
        return _("%(done)s of %(total)s have arrived") % sizes
    total = progress.counts["total"]
    done = total - _count(progress, "waiting")
    parts = [_("%(done)d of %(total)d files") % {"done": done, "total": total}]
    if progress.per_second:
        parts.append(_("%(rate)s a second") % {"rate": f"{progress.per_second:.1f}"})
    if progress.seconds_left:
        parts.append(time_left(progress.seconds_left))
    return " · ".join(parts)


def time_left(seconds: float) -> str:
    """ "about 3 minutes left"."""
    if seconds < 90:
        return _("about %(count)d s left") % {"count": max(1, round(seconds))}
    minutes = round(seconds / 60)
    return ngettext("about %(count)d minute left", "about %(count)d minutes left", minutes) % {"count": minutes}
