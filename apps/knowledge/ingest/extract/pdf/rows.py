"""Lines of a PDF's table to its rows: which lines are one row, and what its cells say."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ...blocks import clean
from ..text import HYPHEN, join_lines
from .columns import Cell, Row, Span, column_of
from .evidence import is_numbers
from .runs import TIGHT, begins_name

_CROWDED = 2 / 3  # of the lines below a group
_EACH = 0.2  # lines drawn for each line of text: so many stand between all rows

Rows = list[list[list[Cell]]]  # the cells of each by their column; several are lines of one


def rows_in(run: list[Row], columns: list[Span], across: Sequence[float], *, boxed: bool) -> Rows:
    """The cells of each row by their column, with those lines put together that are one row."""
    rows: Rows = []
    last, above = 0, run[0]
    widest = max((one.middle - other.middle for one, other in pairwise(run)), default=0.0)
    bands = sorted(across, reverse=True)
    inside = sum(run[0].middle > y > run[-1].middle for y in bands)
    ruled = inside >= (1 if boxed else 2) and inside >= _EACH * len(run)
    for place, row in enumerate(run):
        cells = _by_column(row, columns)
        parted = False
        while bands and bands[0] > row.middle:
            parted = bands.pop(0) < above.middle or parted
        tight = above.middle - row.middle < TIGHT * widest or sum(map(bool, cells)) == 1
        begins = place + 1 < len(run) and run[place + 1].first < row.first  # in a cell that is higher than the rest
        if ruled:
            goes_on = not parted
        else:
            goes_on = row.first < last or not (parted or cells[0] or begins or not tight)
            goes_on = goes_on or (place > 1 and begins_name(run[place - 2], above, row))
        if rows and goes_on:
            for held, new in zip(rows[-1], cells, strict=True):
                held.extend(new)
            last = max(last, row.last)
        else:
            rows.append(cells)
            last = row.last
        above = row
    return rows


def text_of(cells: list[Cell]) -> str:
    """Of all lines of a cell; words parted at the end of one are put together again."""
    parts = [cell.text for cell in cells]
    for place, (above, below) in enumerate(pairwise(parts), 1):
        if HYPHEN.search(above) and below[0].islower():
            parts[place - 1] = HYPHEN.sub("", parts[place - 1])
        else:
            parts[place] = join_lines(above[-1], below)[1:]
    return clean("".join(parts))


def lines_by_column(run: Sequence[Row], columns: Sequence[Span]) -> Rows:
    """Each line as a row, where the file has one column after the other; none where it does not, or where a name is
    missing, for then a cell may have two lines.
    """
    lines = [_by_column(row, columns) for row in run]
    cells = [[cell for line in lines for cell in line[at]] for at in range(len(columns))]
    places = [[word.place for cell in own for word in cell.words] for own in cells]
    written = all(max(one) < min(other) for one, other in pairwise(places))
    numbers = all(is_numbers([cell.text for cell in own[1:]]) for own in cells[1:])
    return lines if written and numbers and all(line[0] for line in lines) else []


def _by_column(row: Row, columns: Sequence[Span]) -> list[list[Cell]]:
    cells: list[list[Cell]] = [[] for _ in columns]
    for cell in row.cells:
        cells[column_of(columns, cell)].append(cell)
    return cells


def named(rows: Rows, columns: Sequence[Span]) -> tuple[Rows, list[Span]]:
    """A name that stands to the left of its column, or to the right, is no column of its own."""
    kept = [*columns]
    for at in reversed(range(len(kept))):
        if not rows[0][at] or any(row[at] for row in rows[1:]):
            continue
        for beside in (at + 1, at - 1):
            if 0 <= beside < len(kept) and not rows[0][beside]:
                left, right = sorted((at, beside))
                rows = [[*row[:left], row[left] + row[right], *row[right + 1 :]] for row in rows]
                kept[left : right + 1] = [(kept[left][0], kept[right][1])]
                break
    return rows, kept


def is_crowded(run: Sequence[Row], columns: Sequence[Span]) -> bool:
    """Whether a first row of names has several columns below one of them: "Adults" above "single" and "return"."""
    held = [Counter(column_of(columns, cell) for cell in row.cells) for row in run[1:]]
    most = max((sum(row[at] > 1 for row in held) for at in range(len(columns))), default=0)
    return len(held) > 1 and most >= _CROWDED * len(held)


def grouped(names: Sequence[str], columns: Sequence[Span], groups: Sequence[Cell]) -> list[str]:
    """With the group that each column stands below; the first column has none unless it touches one."""
    found: list[str] = []
    for place, (name, (left, right)) in enumerate(zip(names, columns, strict=False)):
        near = min(groups, key=lambda group: abs(group.left + group.right - left - right))
        below = place > 0 or (near.left < right and left < near.right)
        found.append(f"{near.text} {name}".strip() if below else name)
    return found
