"""Lines of a page that keep to the same columns, one below the other: what may be a table."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from math import inf

from .columns import MOST_COLUMNS, Cell, Row, Span, cell_of, column_of, letter_width

_APART = 0.1  # times the height, between two columns
_OPEN, _LEAST_ROWS = 0.3, 3  # times the height, between narrow columns, and lines that have words on both sides
_NARROW, _NARROW_LETTERS = 0.4, 1.1  # as _GAP and _LETTERS, where other lines part cells at the same place
_WIDER = 1.25  # times the other gaps of a cell that other lines part
TIGHT = 0.85  # times the widest distance between lines: a nearer one may be of the same row
_HIGHEST = 8  # lines of a cell
LEAP = 2.2  # times the other distances between lines: farther off nothing belongs to the table


def run_from(rows: Sequence[Row], at: int, drawn: Sequence[float]) -> tuple[list[Row], list[Span]]:
    """The lines from `at` on that may be one table, and its columns. `drawn` are the heights of lines across the
    page, from the foot up: below one of them the table goes on, however far off the next row is.
    """
    run = [_first(rows, at)]
    columns = [(cell.left, cell.right) for cell in run[0].cells]
    if not 1 < len(columns) <= MOST_COLUMNS:
        return run, []
    widest, last = 0.0, rows[at].last
    for place in range(at + 1, len(rows)):
        before, row = rows[place - 1], rows[place]
        distance = before.middle - row.middle
        next_one = row.middle - rows[place + 1].middle if place + 1 < len(rows) else distance
        merged = _merged(columns, row)
        if not merged:
            row = _parted(row, columns)
            merged = _merged(columns, row)
        far = distance > LEAP * (widest or next_one)
        ruled = widest > 0 and bisect(drawn, row.middle) < bisect(drawn, before.middle)
        held = {column_of(merged, cell) for cell in row.cells if merged}
        if not merged or (far and not (ruled and len(held) > 1)):
            break
        inside = held != {0} and any(_touches(row.cells[0], column) for column in columns)
        inside = inside or (place + 1 < len(rows) and begins_name(before, row, rows[place + 1]))
        near = inside and distance <= (widest or distance) * 1.05
        if len(held) == 1 and row.first > last and not (near or _is_boxed_in(rows, place, at, drawn)):
            break
        run.append(row)
        columns, widest, last = merged, max(widest, distance), max(last, row.last)
    return _with_gutters(run, columns)


def _is_boxed_in(rows: Sequence[Row], place: int, first: int, drawn: Sequence[float]) -> bool:
    """Whether lines drawn above and below it, in the table that begins with the `first` one, hold a line together
    with one of several cells: a cell of three lines begins above those beside it. Two such lines at least must part
    rows of the table, and the first row must be whole, else nobody knows what is one row.
    """

    def band(place: int) -> int:
        return bisect(drawn, rows[place].middle)

    def is_row(number: int) -> bool:
        near = range(place + 1, min(len(rows), place + 2 * _HIGHEST))
        return any(len(rows[one].cells) > 1 and band(one) == number for one in near)

    own = band(place)
    above = band(first) - own
    whole = first == 0 or band(first - 1) != band(first)
    return whole and own > 0 and above > 0 and is_row(own) and (above > 1 or is_row(own - 1))


def begins_name(above: Row, row: Row, below: Row) -> bool:
    """Whether a line is the first one of the name that the row below it ends, as where cells stand on their last
    lines.
    """
    near = row.middle - below.middle < TIGHT * (above.middle - row.middle)
    return near and len(row.cells) == 1 < len(below.cells) and below.cells[0].text[0].islower()


def _with_gutters(run: list[Row], columns: list[Span]) -> tuple[list[Row], list[Span]]:
    """Narrow columns, too: what nearly touches is parted where the lines below the first leave the same room."""
    cuts = [cut for cut in _gutters(run[1:], columns) if not any(_crosses(row, cut) for row in run)]
    if not cuts or len(columns) + len(cuts) > MOST_COLUMNS:
        return run, columns
    ends = sorted([*cuts, *(right for _left, right in columns)])
    lefts = sorted([*cuts, *(left for left, _right in columns)])
    return [_cut(row, cuts) for row in run], list(zip(lefts, ends, strict=True))


def _gutters(run: Sequence[Row], columns: Sequence[Span]) -> list[float]:
    """The middles of what is left open within a column."""
    pieces = [list(_pieces(row)) for row in run]
    found: list[Span] = []
    for left, right in sorted(piece for own in pieces for piece in own):
        if found and left - found[-1][1] < _OPEN * run[0].height:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    if not len(columns) < len(found) <= MOST_COLUMNS:
        return []
    held = [{bisect(found, (left, inf)) for left, _right in own} for own in pieces]
    return [
        (one[1] + other[0]) / 2
        for place, (one, other) in enumerate(pairwise(found), 1)
        if sum({place, place + 1} <= row for row in held) >= _LEAST_ROWS
        and any(left <= one[0] and other[1] <= right for left, right in columns)
    ]


def _pieces(row: Row) -> Iterator[Span]:
    """Its cells, where narrower gaps part some."""
    for cell in row.cells:
        gap = max(_NARROW * row.height, _NARROW_LETTERS * letter_width(cell.words))
        left = cell.left
        for one, other in pairwise(cell.words):
            if other.left - one.right >= gap:
                yield left, one.right
                left = other.left
        yield left, cell.right


def _crosses(row: Row, cut: float) -> bool:
    return any(word.left < cut < word.right for cell in row.cells for word in cell.words)


def _cut(row: Row, cuts: Sequence[float]) -> Row:
    cells: list[Cell] = []
    for cell in row.cells:
        own = groupby(cell.words, key=lambda word: bisect(cuts, word.left))
        cells += [cell_of(list(words)) for _place, words in own]
    return replace(row, cells=tuple(cells))


def _first(rows: Sequence[Row], at: int) -> Row:
    """Long names above short numbers nearly touch: two lines below tell where they are parted."""
    below = [[(cell.left, cell.right) for cell in row.cells] for row in rows[at + 1 : at + 3]]
    if len(below) < 2 or not len(rows[at].cells) < len(below[0]) == len(below[1]) <= MOST_COLUMNS:
        return rows[at]
    return _parted(rows[at], below[0])


def _parted(row: Row, columns: Sequence[Span]) -> Row:
    """With those cells that stand across several of the columns parted at their widest gaps, if that brings each
    part into one of them.
    """
    parts = [part for cell in row.cells for part in _parts(cell, columns, row.height)]
    return replace(row, cells=tuple(parts))


def _parts(cell: Cell, columns: Sequence[Span], height: float) -> list[Cell]:
    held = [column for column in columns if _touches(cell, column)][: len(cell.words) + 1]
    between = enumerate(pairwise(cell.words), 1)
    gaps = sorted(((other.left - one.right, place) for place, (one, other) in between), reverse=True)
    count = len(held) - 1
    if not 0 < count <= len(gaps):
        return [cell]
    least, others = gaps[count - 1][0], gaps[count][0] if count < len(gaps) else 0.0
    ends = [0, *sorted(place for _gap, place in gaps[:count]), len(cell.words)]
    parts = [cell_of(cell.words[start:end]) for start, end in pairwise(ends)]
    fits = all(
        [column for column in held if _touches(part, column)] == [own]
        for part, own in zip(parts, held, strict=True)
    )
    return parts if fits and least >= max(_NARROW * height, _WIDER * others) else [cell]


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
