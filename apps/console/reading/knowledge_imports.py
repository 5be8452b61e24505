"""An import as its page shows it: how far, how fast, and what became of each file."""

from dataclasses import dataclass
from uuid import UUID

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
from apps.knowledge.services import TABLE_SUFFIXES
from apps.registry.selectors import size_shown

PAGE_SIZE = 100
LONGEST_COLUMN = 200  # characters of a column's name
SHOWS = {
    "waiting": gettext_lazy("Waiting"),
    "failed": gettext_lazy("Failed"),
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Updated"),
    "unchanged": gettext_lazy("Unchanged"),
    "cancelled": gettext_lazy("Cancelled"),
}
_LIVE = {ImportState.QUEUED, ImportState.IMPORTING}
_MAY_HOLD_TABLES = (*TABLE_SUFFIXES, ".zip")


@dataclass(frozen=True)
class ImportPage:
    """`state` is that of the import, or "received" once all bytes of an upload are there; `rows` those of the page
    `number`, which counts from 1; `percent` is of the bytes while they arrive, afterwards of the work.
    """

    row: Import
    progress: Progress
    state: str
    label: str
    percent: int
    chips: list[tuple[str, str, int]]
    show: str
    rows: list[ImportItem]
    number: int
    more: bool

    @property
    def live(self) -> bool:
        return self.row.state in _LIVE

    @property
    def tables(self) -> bool:
        """Whether there may be questions with answers in it."""
        return any(item.name.lower().endswith(_MAY_HOLD_TABLES) for item in import_items(self.row).only("name"))


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


def import_page(row: Import, show: str, number: int) -> ImportPage:
    progress = import_progress(row)
    show = show if show in SHOWS else ""
    first = (number - 1) * PAGE_SIZE
    rows = list(import_items(row, show).select_related("document")[first : first + PAGE_SIZE + 1])
    receiving = row.state == ImportState.RECEIVING
    share = (row.received / row.size if row.size else 1.0) if receiving else progress.share
    return ImportPage(
        row=row,
        progress=progress,
        state="received" if receiving and row.received == row.size else row.state,
        label=_said(row, progress),
        percent=int(100 * share),
        chips=[(name, str(label), count) for name, label in SHOWS.items() if (count := _count(progress, name))],
        show=show,
        rows=rows[:PAGE_SIZE],
        number=number,
        more=len(rows) > PAGE_SIZE,
    )


def _count(progress: Progress, show: str) -> int:
    counts = progress.counts
    waiting = counts["receiving"] + counts["queued"] + counts["importing"]
    return {**counts, "changed": counts["replaced"], "waiting": waiting}[show]


def _said(row: Import, progress: Progress) -> str:
    """How far it is, in a line."""
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
