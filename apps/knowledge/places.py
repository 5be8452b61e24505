"""Where a passage stands: in which rows of its table, or on which pages of its document."""

from collections.abc import Sequence

Range = tuple[int, int]


def row_range(page: int | None, rows: Sequence[int]) -> Range | None:
    """The first and the last row of those that are known; None for what stands on pages. `rows` are a passage's."""
    known = [row for row in rows if row]
    return (min(known), max(known)) if known and page is None else None


def page_range(page: int | None, rows: Sequence[int]) -> Range | None:
    """The first and the last page that a sentence stands on, most of it."""
    return (page, max([page, *rows])) if page else None
