"""Tables of a PDF, which knows letters and their places only: lines whose words keep to the same columns.

Rows follow each other in the file as on the page. Columns of prose are written one after the other, so their lines
interleave, and so do the lines of a cell with those of the cell beside it: what interleaves is one row.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import inf
from statistics import median

from ..rows import row_text
from ..text import width
from .columns import MOST_COLUMNS, Cell, Row, Rule, Span, Word, column_of, rows_of
from .evidence import is_headed, is_list, is_table, names_numbers
from .rows import Rows, grouped, is_crowded, lines_by_column, named, rows_in, text_of
from .runs import LEAP, run_from

_FULL, _WIDE = 0.7, 20  # a column of prose is mostly filled, and that many characters wide
_LEAST_ROWS, _RULES = 3, 3  # above, below the headers, below
_FURNITURE = 2  # lines between a table and the edge of its page, where it may go on overleaf
_LEAST_NAMED = 3  # columns that a line of names alone may have
_NEXT = 1  # lines between two parts of a table: what the second one is about


@dataclass(frozen=True)
class Grid:
    """A table, or the part of one that stands on a page. `headers` are empty where no row looks like them; `size`
    is the height of its letters; `last` when it may go on on the next page.
    """

    lines: frozenset[int]
    columns: tuple[Span, ...]
    headers: list[str]
    rows: list[list[str]]
    size: float
    last: bool

    def texts(self) -> list[str]:
        return [text for row in self.rows if (text := row_text(self.headers, row))]


def find_grids(
    words: Sequence[Word],
    rules: Sequence[Rule],
    bold: Callable[[int], bool],
    before: Grid | None = None,
    upright: Sequence[Rule] = (),
) -> tuple[list[Grid], set[int]]:
    """Those of a page, and the lines that keep to columns but are no rows.

    `rules` are drawn across it, `bold` knows the letter at a place, and `before` is the table that may go on from
    the page before. `upright` lines are drawn between cells.
    """
    page = _Page(sorted(rules), upright, bold)
    rows, drawn = rows_of(words, upright), [y for y, _left, _right in page.rules]
    counts = Counter(word.line for word in words if not word.leads)
    found: list[Grid] = []
    refused: set[int] = set()
    at = end = 0
    head: Grid | None = None  # a line that may name columns, right above a line that says what the rows are about
    while at < len(rows):
        run, columns = run_from(rows, at, drawn)
        last = len(rows) - at - len(run) <= _FURNITURE
        grid = None
        if len(columns) > 1:
            near = head or (found[-1] if found else None) if at - end <= _NEXT else None
            overleaf = before if before and before.last and at <= _FURNITURE else None
            grid = (near and _part(run, columns, page, near, last)) or _grid(run, columns, page, overleaf, last)
            if not grid and overleaf and len(run) > 1:
                grid = _part(run, columns, page, overleaf, last)
            if is_crowded(run, columns):
                grid = _below_groups(run, *run_from(rows, at + 1, drawn), page, last) or grid
        # Else a word beside the table would be lost.
        if grid and all(counts[line] == count for line, count in _held(run).items()):
            found += [head, grid] if head and grid.headers is head.headers else [grid]
            at, end, head = at + len(run), at + len(run), None
            continue
        if at - end > _NEXT or not head:
            head = _head(run, columns, page, counts) if len(run) == 1 else None
            end = at + 1 if head else end
        refused |= _in_columns(run) if len(run) > 1 else set()
        # A run that is no table is left behind whole, but for the line that only seemed to begin one.
        at += len(run) if len(run) >= _LEAST_ROWS else 1
    return found, refused


def _in_columns(run: Sequence[Row]) -> set[int]:
    """The lines that have words of several cells of a row; all of them where the cells are too short for columns of
    prose, which may have headings beside each other.
    """
    rows = [[{word.line for word in cell.words} for cell in row.cells] for row in run if len(row.cells) > 1]
    short = all(width(cell.text) <= _WIDE for row in run for cell in row.cells)
    held = (Counter(line for lines in row for line in lines) for row in rows)
    return {line for counts in held for line, cells in counts.items() if short or cells > 1}


@dataclass(frozen=True)
class _Page:
    """What is drawn on it, from the foot up and from the left, and which letters are bold."""

    rules: Sequence[Rule]
    upright: Sequence[Rule]
    bold: Callable[[int], bool]

    def across(self, run: Sequence[Row], columns: Sequence[Span]) -> list[float]:
        """The heights of lines drawn above, below and between."""
        top, foot = run[0].middle + LEAP * run[0].height, run[-1].middle - LEAP * run[-1].height
        near = self.rules[bisect_right(self.rules, (foot, inf)) : bisect_left(self.rules, (top,))]
        return [y for y, left, right in near if left < columns[0][1] and right > columns[-1][0]]

    def boxed(self, run: Sequence[Row], columns: Sequence[Span]) -> bool:
        """Whether a line is drawn between two columns from the first row to the last."""
        first, last = bisect_right(self.upright, (columns[0][0], inf)), bisect_left(self.upright, (columns[-1][1],))
        between = islice(self.upright, first, min(last, first + MOST_COLUMNS))
        return any(low < run[0].middle and run[-1].middle < high for _at, low, high in between)

    def tops(self, rows: Rows) -> bool:
        """Whether of the first and the last row the first alone is bold."""
        first, last = (all(self.bold(cells[0].words[0].place) for cells in rows[at] if cells) for at in (0, -1))
        return first and not last


def _held(run: Sequence[Row]) -> Counter[int]:
    return Counter(word.line for row in run for cell in row.cells for word in cell.words)


def _head(run: list[Row], columns: list[Span], page: _Page, counts: Counter[int]) -> Grid | None:
    """A line of names alone; its rows are still to come."""
    if len(columns) < _LEAST_NAMED or any(counts[line] != count for line, count in _held(run).items()):
        return None
    names = [text_of([cell]) for cell in run[0].cells]
    return Grid(frozenset(_held(run)), tuple(columns), names, [], _size(run), last=False)


def _part(run: list[Row], columns: list[Span], page: _Page, near: Grid, last: bool) -> Grid | None:
    """Rows of the same table as those above, below a line that says what they are about, or overleaf."""
    if not same_columns(columns, near.columns):
        return None
    rows = rows_in(run, columns, page.across(run, columns), boxed=page.boxed(run, columns))
    texts = [[text_of(cells) for cells in row] for row in rows]
    if is_headed(texts, bold=page.tops(rows)) or not names_numbers(texts[0]):
        return None
    if not near.rows and not is_table([near.headers, *texts], bold=False, headers=True):
        return None
    return Grid(frozenset(_held(run)), tuple(columns), near.headers, texts, _size(run), last)


def _grid(run: list[Row], columns: list[Span], page: _Page, before: Grid | None, last: bool) -> Grid | None:
    across = page.across(run, columns)
    drawn, boxed = len(across) >= _RULES, page.boxed(run, columns)
    rows = rows_in(run, columns, across, boxed=boxed)
    goes_on = before if before and same_columns(columns, before.columns) else None
    if len(rows) == 1 and len(run) >= _LEAST_ROWS and not drawn:
        rows = lines_by_column(run, columns) or rows
    if len(rows) < (1 if goes_on and boxed else 2):
        return None
    if not goes_on:
        rows, columns = named(rows, columns)
    texts = [[text_of(cells) for cells in row] for row in rows]
    is_bold = page.tops(rows)
    headers_said = is_headed(texts, bold=is_bold)
    if goes_on and boxed and len(rows) == 1:
        headers = goes_on.headers
    elif goes_on and texts[0] == goes_on.headers:
        headers, texts = goes_on.headers, texts[1:]
    elif len(rows) < (2 if drawn else _LEAST_ROWS) or is_list(texts) or not (drawn or _tabular(run, columns)):
        return None
    elif goes_on and not headers_said:
        headers = goes_on.headers
    elif not drawn and not is_table(texts, bold=is_bold, headers=headers_said, whole=len(rows) == len(run)):
        return None
    else:
        headers = texts.pop(0) if headers_said or (headers_said is None and len(columns) > 2) else []
    return Grid(frozenset(_held(run)), tuple(columns), headers, texts, _size(run), last)


def _below_groups(run: list[Row], below: list[Row], columns: list[Span], page: _Page, last: bool) -> Grid | None:
    """A table with two rows of names, of which the upper one has groups; `below` it is all of the `run`."""
    grid = _grid(below, columns, page, None, last) if len(columns) > 1 and len(below) + 1 == len(run) else None
    if not grid or not grid.headers:
        return None
    names = grouped(grid.headers, grid.columns, run[0].cells)
    return replace(grid, headers=names, lines=frozenset(_held(run)))


def _size(run: Sequence[Row]) -> float:
    return round(2 * run[-1].height) / 2


def _tabular(run: list[Row], columns: list[Span]) -> bool:
    """Whether not all columns are prose."""
    by_column: list[list[Cell]] = [[] for _ in columns]
    for row in run:
        for cell in row.cells:
            by_column[column_of(columns, cell)].append(cell)
    return not all(
        median(cell.right - cell.left for cell in cells) > _FULL * (right - left)
        and median(width(cell.text) for cell in cells) > _WIDE
        for cells, (left, right) in zip(by_column, columns, strict=True)
    )


def same_columns(columns: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether they stand in the same places."""
    return len(columns) == len(others) and all(
        one[0] < other[1] and other[0] < one[1] for one, other in zip(columns, others, strict=True)
    )
