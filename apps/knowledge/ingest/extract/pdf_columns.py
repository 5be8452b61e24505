"""Columns of a page: words in cells, cells in lines across the page, and lines that keep to the same columns."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

from .text import width

MOST_COLUMNS = 60  # more stand in no table that anybody reads; keeps a page's time linear
_GAP, _LETTERS = 0.75, 1.7  # times a line's height and its letters' width: a wider gap parts cells, not words
_APART = 0.1  # times the height, between two columns
LEAP = 2.2  # times the other distances between lines: farther off nothing belongs to the table

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
    return [_row(line, upright) for line in lines]


def _row(words: list[Word], upright: Sequence[Rule]) -> Row:
    height = median(word.top - word.bottom for word in words)
    letters = sum(word.right - word.left for word in words) / max(1, sum(width(word.text) for word in words))
    gap = max(_GAP * height, _LETTERS * letters)
    cells: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.left):
        if cells and word.left - cells[-1][-1].right < gap and not _ruled(cells[-1][-1], word, upright):
            cells[-1].append(word)
        else:
            cells.append([word])
    places = [word.place for word in words]
    return Row(
        tuple(Cell(cell[0].left, max(word.right for word in cell), tuple(cell)) for cell in cells),
        (words[0].top + words[0].bottom) / 2,
        height,
        min(places),
        max(places),
    )


def _ruled(one: Word, other: Word, upright: Sequence[Rule]) -> bool:
    middle = (other.top + other.bottom) / 2
    first = bisect(upright, (one.right - 1, inf, inf))
    last = bisect(upright, (other.left + 1, -inf, -inf), lo=first)
    return any(foot < middle < top for _at, foot, top in upright[first : min(last, first + MOST_COLUMNS)])


def run_from(rows: Sequence[Row], at: int, drawn: Sequence[float]) -> tuple[list[Row], list[Span]]:
    """The lines from `at` on that may be one table, and its columns. `drawn` are the heights of lines across the
    page, from the foot up: below one of them the table goes on, however far off the next row is.
    """
    run = [rows[at]]
    columns = [(cell.left, cell.right) for cell in rows[at].cells]
    if not 1 < len(columns) <= MOST_COLUMNS:
        return run, []
    widest, last = 0.0, rows[at].last
    for place in range(at + 1, len(rows)):
        before, row = rows[place - 1], rows[place]
        distance = before.middle - row.middle
        next_one = row.middle - rows[place + 1].middle if place + 1 < len(rows) else distance
        merged = _merged(columns, row)
        far = distance > LEAP * (widest or next_one)
        ruled = widest > 0 and bisect(drawn, row.middle) < bisect(drawn, before.middle)
        held = {column_of(merged, cell) for cell in row.cells if merged}
        if not merged or (far and not (ruled and len(held) > 1)):
            break
        inside = held != {0} and any(_touches(row.cells[0], column) for column in columns)
        if len(held) == 1 and row.first > last and not (inside and distance <= (widest or distance) * 1.05):
            break
        run.append(row)
        columns, widest, last = merged, max(widest, distance), max(last, row.last)
    return run, columns


def _merged(columns: list[Span], row: Row) -> list[Span]:
    """The columns with those of this row; none where it stands across two of them."""
    if len(row.cells) > MOST_COLUMNS:
        return []
    merged: list[Span] = []
    swallowed: list[int] = []
    spans = [(*column, 1) for column in columns] + [(cell.left, cell.right, 0) for cell in row.cells]
    for left, right, old in sorted(spans):
        if merged and left - merged[-1][1] < _APART * row.height:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
            swallowed[-1] += old
        else:
            merged.append((left, right))
            swallowed.append(old)
    return merged if max(swallowed) <= 1 and len(merged) <= MOST_COLUMNS else []


def _touches(cell: Cell, column: Span) -> bool:
    return cell.left < column[1] and column[0] < cell.right


def column_of(columns: Sequence[Span], cell: Cell) -> int:
    return next(place for place, (_left, right) in enumerate(columns) if cell.left <= right)
