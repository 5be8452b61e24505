"""How far an import is, and how long it still takes.

Nearly all of an import is the embedding of passages, so that is what is counted. How many passages a file will be
is judged by its size and by what files of its kind became so far: a PDF of 10 MB may be less than a short table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Func, Q, Sum, Value, When
from django.db.models.functions import Lower
from django.utils import timezone

from .ingest.ending import imports_counts
from .models import PENDING, Import, ImportItem, ItemState

_FILE = 0.3  # of a passage's time: what a file costs however short it is
_BYTES = {
    ".pdf": 6_000,
    ".docx": 3_000,
    ".pptx": 20_000,
    ".html": 3_000,
    ".htm": 3_000,
    ".zip": 500,
}  # a passage, before any is seen
_TEXT_BYTES = 1_000
_TRUSTED = 20  # passages that such a guess weighs against what was seen
_ENOUGH_SECONDS = 1.0  # before that an estimate would jump about


@dataclass(frozen=True)
class Progress:
    """`counts` holds the items by state and `total`, `replaced`, `passages`, `embedded`, `dropped`.

    `share` is from 0 to 1, of the passages to embed; `seconds_left` and `per_second` (documents) are None where
    nothing can be said.
    """

    counts: dict[str, int]
    share: float
    seconds_left: float | None
    per_second: float | None


@dataclass
class _Work:
    """In passages; `lately` is what was done since the import, or its latest retry, began."""

    done: float = 0.0
    left: float = 0.0
    lately: float = 0.0
    documents: int = 0


def import_progress(row: Import) -> Progress:
    return imports_progress([row])[row.pk]


def imports_progress(rows: Sequence[Import]) -> dict[UUID, Progress]:
    """By the import's id, of any number of them with two queries."""
    kinds = _kinds(rows)
    counts = imports_counts([row.pk for row in rows])
    return {row.pk: _progress(row, counts[row.pk], _work(kinds.get(row.pk, ()))) for row in rows}


def _kinds(rows: Sequence[Import]) -> dict[UUID, list[dict[str, Any]]]:
    """Of each import the sums over its files of a kind, which their names end in."""
    ended, left = ~Q(state__in=PENDING), Q(state__in=PENDING)
    read = Q(state=ItemState.IMPORTING, passages__gt=0)  # it is known how many passages it has
    lately = ended & Q(ended_at__gte=F("parent__started_at"))  # not what was ready before a retry
    suffix = Func(Lower("name"), Value(r"^.*(\.[a-z0-9]+)$"), Value(r"\1"), function="regexp_replace")
    found: dict[UUID, list[dict[str, Any]]] = {}
    sums: Iterable[Any] = (
        ImportItem.objects.filter(parent__in=rows)
        .order_by()
        .annotate(kind=Case(When(name__contains=".", then=suffix), default=Value("")))
        .values("parent", "kind")
        .annotate(
            ended=Count("pk", filter=ended),
            ended_size=Sum("size", filter=ended, default=0),
            ended_passages=Sum("passages", filter=ended, default=0),
            lately=Count("pk", filter=lately),
            lately_passages=Sum("passages", filter=lately, default=0),
            left=Count("pk", filter=left),
            left_size=Sum("size", filter=left & ~read, default=0),
            read=Sum("passages", filter=read, default=0),
            embedded_so_far=Sum("embedded", filter=read, default=0),
        )
    )
    for one in sums:
        found.setdefault(one["parent"], []).append(one)
    return found


def _work(kinds: Iterable[dict[str, Any]]) -> _Work:
    work = _Work()
    for one in kinds:
        guess = _BYTES.get(one["kind"], _TEXT_BYTES)
        # Files that were unchanged, or failed, count with no passage: those that follow may be so too.
        per_byte = (one["ended_passages"] + _TRUSTED) / (one["ended_size"] + _TRUSTED * guess)
        embedded = one["embedded_so_far"]
        work.done += _FILE * one["ended"] + one["ended_passages"] + embedded
        work.left += _FILE * one["left"] + one["left_size"] * per_byte + one["read"] - embedded
        work.lately += _FILE * one["lately"] + one["lately_passages"] + embedded
        work.documents += one["lately"]
    return work


def _progress(row: Import, counts: dict[str, int], work: _Work) -> Progress:
    whole = work.done + work.left
    elapsed = ((row.ended_at or timezone.now()) - (row.started_at or timezone.now())).total_seconds()
    told = work.lately and elapsed >= _ENOUGH_SECONDS
    return Progress(
        counts,
        work.done / whole if whole else 1.0,
        0.0 if row.ended_at else elapsed * work.left / work.lately if told else None,
        work.documents / elapsed if told else None,
    )
