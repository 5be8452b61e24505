"""The title above a table, which is no row of it. The only name of a column looks the same: "Service" above
"Washing; 5 EUR".
"""

import re
from collections.abc import Sequence

from .rows import headed

_MOST = 4
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_VALUE = re.compile(
    "free|closed|open|none|yes|no|included|n/a|on request|tba"
    "|免费|包邮|休息|营业|[无有是否]|包含|不含|不?支持|面议|待定|另询",
    re.I,
)
_NAMED = 3  # columns: of so many one alone has no name only by mistake

Rows = Sequence[tuple[int, list[str]]]  # with their numbers; none is empty


def captions_above(rows: Rows) -> int:
    """How many rows of one cell stand above the first one with several; 0 where nothing stands below that."""
    counts = [sum(map(bool, row)) for _number, row in rows[: _MOST + 1]]
    above = next((place for place, count in enumerate(counts) if count > 1), 0)
    return above if len(rows) > above + 1 else 0


def is_headed(rows: Rows, above: int) -> bool:
    """Whether the row behind `above` captions looks like headers, and not like the first of the things. Of two
    columns words alone do not tell: numbers stand below one of them, or room was left above.
    """
    (before, _caption), (number, head) = rows[above - 1 : above + 1]
    below = [row for _number, row in rows[above + 1 :] if row != head]
    if any(is_value(cell) for cell in head) or any(
        cell and cell in row[place : place + 1] for row in below for place, cell in enumerate(head)
    ):
        return False
    if sum(map(bool, head)) >= _NAMED or number > before + 1:
        return True
    return headed([head, *([*row, *[""] * len(head)][: len(head)] for row in below)]) is True


def is_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell)) or any(letter.isdigit() for letter in _YEAR.sub("", cell))
