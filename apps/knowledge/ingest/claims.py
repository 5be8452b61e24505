"""Which items are read next, and by whom: people take turns, however much each of them brought."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from ..models import PENDING, Import, ImportItem, ImportState, ItemState

OPEN = (ImportState.QUEUED, ImportState.IMPORTING)
UNENDED = (ImportState.RECEIVING, *OPEN)
UNFETCHED = Q(path="") & ~Q(address="")  # pages of the web, which `web/fetching.py` claims and lays down as files
MOST_ITEMS = 64  # of a claim: they are stored in one transaction
MOST_BYTES = 512 * 1024  # one large file is a claim of its own, so that nobody waits for two
ATTEMPTS = 5


@dataclass(frozen=True)
class Claim:
    """Items of one import that the caller alone reads now."""

    parent: Import
    items: list[ImportItem]


def pending() -> bool:
    """Whether anything that is here waits or is being read."""
    return ImportItem.objects.filter(~UNFETCHED, state__in=PENDING).exists()


@transaction.atomic
def claim_next() -> Claim | None:
    """The next items of whoever was served longest ago; None when nothing waits."""
    parent = _next_import(~UNFETCHED)
    if parent is None:
        return None
    waiting = parent.items.filter(~UNFETCHED, state=ItemState.QUEUED).select_for_update(skip_locked=True)
    # None where another hand took the last ones while we waited for the import's row.
    return _claimed(parent, _portion(list(waiting.order_by("position")[:MOST_ITEMS])))


@transaction.atomic
def claim_page() -> Claim | None:
    """The next page to fetch, alone; None when no page waits. Only for the one fetcher."""
    parent = _next_import(UNFETCHED)
    if parent is None:
        return None
    waiting = parent.items.filter(UNFETCHED, state=ItemState.QUEUED).select_for_update(skip_locked=True)
    return _claimed(parent, list(waiting.order_by("position")[:1]))


def _claimed(parent: Import, items: list[ImportItem]) -> Claim:
    if not items:
        return Claim(parent, [])
    now = timezone.now()
    ImportItem.objects.filter(pk__in=[item.pk for item in items]).update(
        state=ItemState.IMPORTING, attempts=F("attempts") + 1, started_at=now
    )
    for item in items:
        item.attempts += 1
    parent.state, parent.served_at, parent.started_at = ImportState.IMPORTING, now, parent.started_at or now
    parent.save(update_fields=["state", "served_at", "started_at", "updated_at"])
    return Claim(parent, items)


def _next_import(what: Q) -> Import | None:
    waiting = ImportItem.objects.filter(what, parent=OuterRef("pk"), state=ItemState.QUEUED)
    served = Import.objects.filter(owner=OuterRef("owner"), state__in=OPEN).values("owner")
    order = F("owner_served").asc(nulls_first=True), F("served_at").asc(nulls_first=True), "created_at"
    return (
        Import.objects.filter(Exists(waiting), state__in=OPEN)
        .annotate(owner_served=Subquery(served.annotate(last=Max("served_at")).values("last")))
        .select_related("collection")
        .select_for_update(of=("self",))
        .order_by(*order)
        .first()
    )


def _portion(items: list[ImportItem]) -> list[ImportItem]:
    """As many as are read together. What a killed worker left is read alone: it may be the reason."""
    portion: list[ImportItem] = []
    room = MOST_BYTES
    for item in items:
        alone = item.attempts > 0
        if portion and (alone or item.size > room):
            break
        portion.append(item)
        room -= item.size
        if alone:
            break
    return portion


def claim_release(claim: Claim) -> None:
    """Gives back what was not read, as if it had never been taken."""
    for item in claim.items:
        ImportItem.objects.filter(pk=item.pk, state=ItemState.IMPORTING, attempts=item.attempts).update(
            state=ItemState.QUEUED, attempts=F("attempts") - 1
        )


def lost_items(what: Q = ~UNFETCHED) -> list[ImportItem]:
    """Puts back what a dead process was at, and returns what was tried too often. Only for the one runner (or, of
    UNFETCHED pages, for the one fetcher).
    """
    lost = ImportItem.objects.filter(what, state=ItemState.IMPORTING)
    lost.filter(attempts__lt=ATTEMPTS).update(state=ItemState.QUEUED)
    return list(lost.select_related("parent", "parent__collection"))
