"""A page's words in cells, and cells in lines across the page."""

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

from ..text import width

MOST_COLUMNS = 60  # more stand in no table that anybody reads; keeps a page's time linear
_GAP, _LETTERS = 0.75, 1.7  # times a line's height and its letters' width: a wider gap parts cells, not words

LEADER = r"\.{5,}|[·…‥]{4,}"
"""Dots from a name to its number: they say nothing, and part two cells."""
_LEADER = re.compile(LEADER)

Span = tuple[float, float]
Rule = tuple[float, float, float]  # where a line is drawn: its height on the page, left and right end, or the
# same of one that is upright: its place from the left, foot and top


@dataclass(frozen=True, slots=True)
class Word:
    """`place` is its first letter's in the page's text, which is the file's order; `line` the line of that text."""

    text: str
    place: int
    line: int
    left: float
    right: float
    bottom: float
    top: float

    @property
    def leads(self) -> bool:
        return bool(_LEADER.fullmatch(self.text))


@dataclass(frozen=True)
class Cell:
    left: float
    right: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Row:
    """A line across the page."""

    cells: tuple[Cell, ...]
    middle: float
    height: float
    first: int
    last: int


def rows_of(words: Sequence[Word], upright: Sequence[Rule] = ()) -> list[Row]:
    """`upright` lines part cells, by their place from the left, however near to each other these stand."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.top - word.bottom):
        if lines and (word.top + word.bottom) / 2 > lines[-1][0].bottom:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [_row(line, upright) for line in lines if not all(word.leads for word in line)]


def _row(words: list[Word], upright: Sequence[Rule]) -> Row:
    height = median(word.top - word.bottom for word in words)
    gap = max(_GAP * height, _LETTERS * letter_width(words))
    cells: list[list[Word]] = []
    led = False
    for word in sorted(words, key=lambda word: word.left):
        if word.leads:
            led = True
        elif not led and cells and _beside(cells[-1][-1], word, gap, upright):
            cells[-1].append(word)
        else:
            cells.append([word])
            led = False
    places = [word.place for word in words if not word.leads]
    return Row(
        tuple(map(cell_of, cells)),
        (words[0].top + words[0].bottom) / 2,
        height,
        min(places),
        max(places),
    )


def letter_width(words: Sequence[Word]) -> float:
    """The width of one, on average."""
    return sum(word.right - word.left for word in words) / max(1, sum(width(word.text) for word in words))


def cell_of(words: Sequence[Word]) -> Cell:
    return Cell(words[0].left, max(word.right for word in words), tuple(words))


def _beside(one: Word, other: Word, gap: float, upright: Sequence[Rule]) -> bool:
    """Whether nothing parts two words of a line."""
    return other.left - one.right < gap and not _ruled(one, other, upright)


def _ruled(one: Word, other: Word, upright: Sequence[Rule]) -> bool:
    middle = (other.top + other.bottom) / 2
    first = bisect(upright, (one.right - 1, inf, inf))
    last = bisect(upright, (other.left + 1, -inf, -inf), lo=first)
    return any(foot < middle < top for _at, foot, top in upright[first : min(last, first + MOST_COLUMNS)])


def column_of(columns: Sequence[Span], cell: Cell) -> int:
    return next(place for place, (_left, right) in enumerate(columns) if cell.left <= right)
