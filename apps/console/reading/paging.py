"""A long list, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet

PAGE_SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`before` and `after` are the queries of the pages beside it, "" at either end."""

    rows: list[Row]
    before: str
    after: str


def page_of(found: "Sequence[Row] | QuerySet[Any, Row]", number: int, **query: str) -> Page[Row]:
    """The page `number`, which counts from 1; `query` is what else the page's address says."""
    return page_read(list(found[part_of(number)]), number, **query)


def part_of(number: int) -> slice:
    """What is read for that page: one row more than it shows, which tells whether there is a next one."""
    start = (number - 1) * PAGE_SIZE
    return slice(start, start + PAGE_SIZE + 1)


def page_read(rows: list[Row], number: int, **query: str) -> Page[Row]:
    """`page_of` for rows that were read as `part_of` says."""
    kept = {name: value for name, value in query.items() if value}
    return Page(
        rows[:PAGE_SIZE],
        urlencode(kept | {"page": number - 1}) if number > 1 else "",
        urlencode(kept | {"page": number + 1}) if len(rows) > PAGE_SIZE else "",
    )


def beyond(query: str, **cursor: str) -> str:
    """The query of the page behind the cursor, of a list that is read by the last row seen; "" without a cursor.

    `query` is what else the address says.
    """
    return "&".join(filter(None, [query, urlencode(cursor)])) if all(cursor.values()) else ""
