"""How far an import is, and how long it still takes."""

from dataclasses import dataclass

from django.db.models import F, Q, Sum
from django.utils import timezone

from .ingest.ending import import_counts
from .models import PENDING, Import

_FILE = 2_000  # bytes that a file costs however short it is
_ENOUGH_SECONDS = 1.0  # before that an estimate would jump about


@dataclass(frozen=True)
class Progress:
    """`counts` holds the items by state and `total`, `replaced`, `passages`, `embedded`, `dropped`.

    `share` is from 0 to 1, by the sizes of files; `seconds_left` is None where nothing can be said.
    """

    counts: dict[str, int]
    share: float
    seconds_left: float | None


def import_progress(row: Import) -> Progress:
    weight = F("size") + _FILE
    sums = row.items.aggregate(
        done=Sum(weight, filter=~Q(state__in=PENDING), default=0),
        left=Sum(weight, filter=Q(state__in=PENDING), default=0),
    )
    done, left = sums["done"], sums["left"]
    seconds_left = 0.0 if row.ended_at else None
    if row.started_at and not row.ended_at and done:
        elapsed = (timezone.now() - row.started_at).total_seconds()
        if elapsed >= _ENOUGH_SECONDS:
            seconds_left = elapsed * left / done
    return Progress(import_counts(row), done / (done + left) if done + left else 1.0, seconds_left)
