"""Pages of a long list by the last row seen, not by number: page 1,000 is as quick as page 1."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`older` is the cursor of the next page, "" on the last one."""

    rows: list[Row]
    older: str


def page_by_time(rows: QuerySet[Row], *, field: str, cursor: str, size: int) -> Page[Row]:
    """The newest `size` rows by (`field`, pk) after `cursor`; a cursor that makes no sense is the start."""
    seen = _parse(cursor)
    if seen is not None:
        at, pk = seen
        rows = rows.filter(**{f"{field}__lte": at}).exclude(**{field: at, "pk__gte": pk})  # in one index range
    found = list(rows.order_by(f"-{field}", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], f"{_iso(getattr(last, field))}~{last.pk}" if last is not None else "")


def in_portions(rows: QuerySet[Row], *, field: str, size: int = 200) -> Iterator[list[Row]]:
    """All rows in the order of `field`, which no two share, a few at a time. Each portion is a query of its own:
    whoever asks for the next one may be another thread, with another connection.
    """
    rows = rows.order_by(field)
    after: dict[str, Any] = {}
    while portion := list(rows.filter(**after)[:size]):
        yield portion
        after = {f"{field}__gt": getattr(portion[-1], field)}


def _iso(moment: Any) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _parse(cursor: str) -> tuple[datetime, UUID] | None:
    moment, _tilde, pk = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(pk)
    except ValueError:
        return None
