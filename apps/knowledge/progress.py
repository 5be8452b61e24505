"""How far an import is, and how long it still takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from .ingest.ending import imports_counts
from .models import PENDING, Import, ImportItem

_FILE = 2_000  # bytes that a file costs however short it is
_ENOUGH_SECONDS = 1.0  # before that an estimate would jump about
_NOTHING = {"done": 0, "left": 0, "lately": 0, "documents": 0}


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
    return imports_progress([row])[row.pk]


def imports_progress(rows: Sequence[Import]) -> dict[UUID, Progress]:
    """By the import's id, of any number of them with two queries."""
    weight = F("size") + _FILE
    ended, left = ~Q(state__in=PENDING), Q(state__in=PENDING)
    lately = ended & Q(ended_at__gte=F("parent__started_at"))  # not what was ready before a retry
    sums: dict[UUID, Any] = {
        row["parent"]: row
        for row in ImportItem.objects.filter(parent__in=rows)
        .order_by()
        .values("parent")
        .annotate(
            done=Sum(weight, filter=ended, default=0),
            left=Sum(weight, filter=left, default=0),
            lately=Sum(weight, filter=lately, default=0),
            documents=Count("pk", filter=lately),
        )
    }
    counts = imports_counts([row.pk for row in rows])
    return {row.pk: _progress(row, counts[row.pk], sums.get(row.pk, _NOTHING)) for row in rows}


def _progress(row: Import, counts: dict[str, int], sums: Mapping[str, Any]) -> Progress:
    now = timezone.now()
    whole = sums["done"] + sums["left"]
    elapsed = ((row.ended_at or now) - (row.started_at or now)).total_seconds()
    told = sums["lately"] and elapsed >= _ENOUGH_SECONDS
    return Progress(
        counts,
        sums["done"] / whole if whole else 1.0,
        0.0 if row.ended_at else elapsed * sums["left"] / sums["lately"] if told else None,
        sums["documents"] / elapsed if told else None,
    )
