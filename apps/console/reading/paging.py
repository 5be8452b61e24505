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
    start = (number - 1) * PAGE_SIZE
    rows = list(found[start : start + PAGE_SIZE + 1])
    kept = {name: value for name, value in query.items() if value}
    return Page(
        rows[:PAGE_SIZE],
        urlencode(kept | {"page": number - 1}) if number > 1 else "",
        urlencode(kept | {"page": number + 1}) if len(rows) > PAGE_SIZE else "",
    )
