"""What stands at the edges of pages and belongs to none: running heads and feet, and page numbers."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..blocks import clean
from .pdf_lines import PageLine

_ROWS = 2  # at the top of a page, and at its foot
_SAME_ROW = 3.0  # points
_ROOM = 1.7  # times the size of letters
_PAGES, _SHARE = 3, 0.25  # that say the same at the same height
_NUMBER = re.compile(r"\d+")

Place = tuple[bool, int, str]  # at the top, how high, what it says without its numbers


def furniture(pages: Sequence[Sequence[PageLine]]) -> set[PageLine]:
    """`pages` are the lines of each. At least a quarter of them, and three, say the same at the same height; of two
    pages it is enough that a number in the line grows as the pages do.
    """
    seen: dict[Place, list[PageLine]] = defaultdict(list)
    for lines in pages:
        for is_top, line in _edges(lines):
            seen[is_top, round(line.foot), _NUMBER.sub("#", clean(line.text))].append(line)
    return {line for lines in seen.values() if _repeated(lines, len(pages)) or _counting(lines) for line in lines}


def _edges(lines: Sequence[PageLine]) -> Iterator[tuple[bool, PageLine]]:
    """The outermost lines, as far as there is more room behind them than between lines of a text."""
    for is_top in (True, False):
        rows = _rows(sorted(lines, key=lambda line: line.foot, reverse=is_top))
        gaps = [abs(one[0].foot - other[0].foot) > _ROOM * one[0].size for one, other in pairwise(rows)]
        outer = max((place for place, gap in enumerate(gaps[:_ROWS], 1) if gap), default=0)
        yield from ((is_top, line) for row in rows[:outer] for line in row)


def _rows(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    rows: list[list[PageLine]] = []
    for line in lines:
        if rows and abs(rows[-1][0].foot - line.foot) <= _SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _repeated(lines: Sequence[PageLine], pages: int) -> bool:
    told = len({line.page for line in lines})
    return told >= _PAGES and told >= _SHARE * pages


def _counting(lines: Sequence[PageLine]) -> bool:
    """Whether one of the numbers in these lines is that of the page."""
    if len({line.page for line in lines}) < 2:
        return False
    numbers = [_NUMBER.findall(line.text) for line in lines]
    return any(
        len({int(number) - line.page for number, line in zip(column, lines, strict=True) if len(number) < 6}) == 1
        for column in zip(*numbers, strict=True)
    )
