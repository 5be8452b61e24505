"""How far an import is, and how long it still takes."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from .ingest.ending import import_counts
from .models import PENDING, Import

_FILE = 2_000  # bytes that a file costs however short it is
_ENOUGH_SECONDS = 1.0  # before that an estimate would jump about


@dataclass(frozen=True)
class Progress:
    """`counts` holds the items by state and `total`, `replaced`, `passages`, `embedded`, `dropped`.

    `share` is from 0 to 1, by the sizes of files; `seconds_left` and `per_second` (documents) are None where
    nothing can be said.
    """

    counts: dict[str, int]
    share: float
    seconds_left: float | None
    per_second: float | None


def import_progress(row: Import) -> Progress:
    weight, now = F("size") + _FILE, timezone.now()
    ended, left = ~Q(state__in=PENDING), Q(state__in=PENDING)
    lately = ended & Q(ended_at__gte=row.started_at or now)  # not what was ready before a retry
    sums = row.items.aggregate(
        done=Sum(weight, filter=ended, default=0),
        left=Sum(weight, filter=left, default=0),
        lately=Sum(weight, filter=lately, default=0),
        documents=Count("pk", filter=lately),
    )
    whole = sums["done"] + sums["left"]
    elapsed = ((row.ended_at or now) - (row.started_at or now)).total_seconds()
    told = sums["lately"] and elapsed >= _ENOUGH_SECONDS
    return Progress(
        import_counts(row),
        sums["done"] / whole if whole else 1.0,
        0.0 if row.ended_at else elapsed * sums["left"] / sums["lately"] if told else None,
        sums["documents"] / elapsed if told else None,
    )
