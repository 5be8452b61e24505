"""Tables of a PDF, which knows letters and their places only: lines whose words keep to the same columns.

Rows follow each other in the file as on the page. Columns of prose are written one after the other, so their lines
interleave, and so do the lines of a cell with those of the cell beside it: what interleaves is one row.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import inf
from statistics import median

from ..blocks import clean
from .pdf_columns import LEAP, MOST_COLUMNS, Cell, Row, Rule, Span, Word, column_of, rows_of, run_from
from .rows import headed, row_text
from .text import HYPHEN, join_lines, width

_TIGHT = 0.85  # times the widest distance between lines: a nearer one may be of the same row
_FULL, _WIDE = 0.7, 20  # a column of prose is mostly filled, and that many characters wide
_LEAST_ROWS, _RULES = 3, 3  # above, below the headers, below
_EACH = 0.2  # lines drawn for each line of text: so many stand between all rows
_FURNITURE = 2  # lines between a table and the edge of its page, where it may go on overleaf
_MARKER = re.compile(r"[(（]?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxl]{1,4}|[IVXL]{1,4})[.)）、．]?|[-*+•·▪◦–—]")
_MARKED = 2 / 3  # of the cells of a column that holds a list's numbers


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
) -> list[Grid]:
    """Those of a page. `rules` are drawn across it, `bold` knows the letter at a place, and `before` is the table
    that may go on from the page before. `upright` lines are drawn between cells.
    """
    rules = sorted(rules)
    rows, drawn = rows_of(words, upright), [y for y, _left, _right in rules]
    counts = Counter(word.line for word in words)
    found: list[Grid] = []
    at = 0
    while at < len(rows):
        run, columns = run_from(rows, at, drawn)
        above = before if before and before.last and at <= _FURNITURE else None
        last = len(rows) - at - len(run) <= _FURNITURE
        grid = _grid(run, columns, rules, upright, bold, above, last) if len(columns) > 1 else None
        inside = sum(len(cell.words) for row in run for cell in row.cells)
        if (
            grid and sum(counts[line] for line in grid.lines) == inside
        ):  # else a word beside the table would be lost
            found.append(grid)
        # A run that is no table is left behind whole, but for the line that only seemed to begin one.
        at += len(run) if grid or len(run) >= _LEAST_ROWS else 1
    return found


def _between(columns: Sequence[Span], upright: Sequence[Rule]) -> Iterator[Rule]:
    """The first of the lines drawn between columns."""
    first, last = bisect_right(upright, (columns[0][0], inf)), bisect_left(upright, (columns[-1][1],))
    return islice(upright, first, min(last, first + MOST_COLUMNS))


def _grid(
    run: list[Row],
    columns: list[Span],
    rules: Sequence[Rule],
    upright: Sequence[Rule],
    bold: Callable[[int], bool],
    before: Grid | None,
    last: bool,
) -> Grid | None:
    top, foot = run[0].middle + LEAP * run[0].height, run[-1].middle - LEAP * run[-1].height
    near = rules[bisect_right(rules, (foot, inf)) : bisect_left(rules, (top,))]
    across = [y for y, left, right in near if left < columns[0][1] and right > columns[-1][0]]
    drawn = len(across) >= _RULES
    boxed = any(low < run[0].middle and run[-1].middle < high for _at, low, high in _between(columns, upright))
    rows = _rows(run, columns, across, boxed=boxed)
    goes_on = before if before and same_columns(columns, before.columns) else None
    if len(rows) < (1 if goes_on and boxed else 2):
        return None
    texts = [[_text(cells) for cells in row] for row in rows]
    is_headed = headed(texts)
    if _bold(rows[0], bold) and not _bold(rows[-1], bold):
        is_headed = True
    if goes_on and boxed and len(rows) == 1:
        headers = goes_on.headers
    elif goes_on and texts[0] == goes_on.headers:
        headers, texts = goes_on.headers, texts[1:]
    elif len(rows) < (2 if drawn else _LEAST_ROWS) or _list(texts) or not (drawn or _tabular(run, columns)):
        return None
    elif goes_on and not is_headed:
        headers = goes_on.headers
    elif len(columns) == 2 and not is_headed and not drawn:
        return None  # a list of names and numbers, or a table of contents
    else:
        headers = texts.pop(0) if is_headed or (is_headed is None and len(columns) > 2) else []
    lines = frozenset(word.line for row in run for cell in row.cells for word in cell.words)
    return Grid(lines, tuple(columns), headers, texts, round(2 * run[-1].height) / 2, last)


def _rows(run: list[Row], columns: list[Span], across: Sequence[float], *, boxed: bool) -> list[list[list[Cell]]]:
    """The cells of each row by their column, with those lines put together that are one row."""
    rows: list[list[list[Cell]]] = []
    last, above = 0, run[0]
    widest = max((one.middle - other.middle for one, other in pairwise(run)), default=0.0)
    bands = sorted(across, reverse=True)
    inside = sum(run[0].middle > y > run[-1].middle for y in bands)
    ruled = inside >= (1 if boxed else 2) and inside >= _EACH * len(run)
    for place, row in enumerate(run):
        cells: list[list[Cell]] = [[] for _ in columns]
        for cell in row.cells:
            cells[column_of(columns, cell)].append(cell)
        parted = False
        while bands and bands[0] > row.middle:
            parted = bands.pop(0) < above.middle or parted
        tight = above.middle - row.middle < _TIGHT * widest or sum(map(bool, cells)) == 1
        begins = place + 1 < len(run) and run[place + 1].first < row.first  # in a cell that is higher than the rest
        if rows and (not parted if ruled else row.first < last or not (parted or cells[0] or begins or not tight)):
            for held, new in zip(rows[-1], cells, strict=True):
                held.extend(new)
            last = max(last, row.last)
        else:
            rows.append(cells)
            last = row.last
        above = row
    return rows


def _text(cells: list[Cell]) -> str:
    """Of all lines of a cell; words parted at the end of one are put together again."""
    parts = [cell.text for cell in cells]
    for place, (above, below) in enumerate(pairwise(parts), 1):
        if HYPHEN.search(above) and below[0].islower():
            parts[place - 1] = HYPHEN.sub("", parts[place - 1])
        else:
            parts[place] = join_lines(above[-1], below)[1:]
    return clean("".join(parts))


def _list(texts: list[list[str]]) -> bool:
    """Whether there is but one column beside the numbers of a list."""
    columns = [[text for text in column if text] for column in zip(*texts, strict=True)]
    while columns and sum(bool(_MARKER.fullmatch(text)) for text in columns[0]) >= _MARKED * len(columns[0]):
        del columns[0]
    return len(columns) < 2


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


def _bold(row: list[list[Cell]], bold: Callable[[int], bool]) -> bool:
    return all(bold(cells[0].words[0].place) for cells in row if cells)


def same_columns(columns: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether they stand in the same places."""
    return len(columns) == len(others) and all(
        one[0] < other[1] and other[0] < one[1] for one, other in zip(columns, others, strict=True)
    )
