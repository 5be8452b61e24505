"""What the layout of a worksheet says of its cells: what one over several rows or columns is about, and which
rows and columns Excel does not show.
"""

import io
from collections.abc import Sequence
from zipfile import ZipFile

from lxml import etree

from ..office_xml import SAFE, whole_number
from .number_formats import MAIN, sheets_of

Rows = list[list[str]]
Span = tuple[tuple[int, int], tuple[int, int]]  # the first and the last cell of a merged one: row and column each

_MOST_COLUMNS = 16_384  # of Excel
_MOST_SPREAD = 200_000  # cells
_TRUE = {"1", "true"}
_PIECE = 1 << 20
_MOST_ROWS = 1_048_576
_COLUMNS, _COLUMN, _CELLS = f"{MAIN}cols", f"{MAIN}col", f"{MAIN}sheetData"
_ROW, _FILTERS = f"{MAIN}row", (f"{MAIN}autoFilter", f"{MAIN}tableParts")


def hidden_in(data: bytes) -> dict[str, tuple[set[int], set[int]]]:
    """By sheet its rows and its columns, counted from 0. What is folded up a reader may unfold, and of a sheet with
    a filter rows are hidden that somebody only did not look for. Raises BadZipFile and XMLSyntaxError.
    """
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: (_hidden_rows(archive, path), _hidden(archive, path)) for name, path in sheets_of(archive)}


def _says(archive: ZipFile, path: str, word: bytes) -> bool:
    end = b""
    with archive.open(path) as file:
        while piece := file.read(_PIECE):
            if word in end + piece:
                return True
            end = piece[-len(word) :]
    return False


def _hidden_rows(archive: ZipFile, path: str) -> set[int]:
    found, number = set[int](), 0
    if not _says(archive, path, b"hidden="):  # which is told sooner than by reading every cell
        return found
    with archive.open(path) as file:
        for _event, element in etree.iterparse(file, tag=(_ROW, *_FILTERS), **SAFE):
            if element.tag in _FILTERS:
                return set()
            number = whole_number(element.get("r"), len(str(_MOST_ROWS))) or number + 1
            if element.get("hidden") in _TRUE and not element.get("outlineLevel"):
                found.add(number - 1)
            element.clear()
            while element.getprevious() is not None:  # or the rows behind it stay in memory
                del element.getparent()[0]
    return found


def _hidden(archive: ZipFile, path: str) -> set[int]:
    found, behind = set[int](), 0
    with archive.open(path) as file:
        for _event, element in etree.iterparse(file, events=("start", "end"), tag=(_COLUMNS, _CELLS), **SAFE):
            if element.tag == _CELLS:
                break
            for column in element.iterchildren(_COLUMN):
                first, last = (whole_number(column.get(name), len(str(_MOST_COLUMNS))) for name in ("min", "max"))
                is_hidden = column.get("hidden") in _TRUE and not column.get("outlineLevel")
                if is_hidden and behind < first <= last <= _MOST_COLUMNS:
                    found.update(range(first - 1, last))
                    behind = last
    return found


def without(rows: Rows, hidden: set[int], columns: set[int]) -> Rows:
    """They stay as empty ones; where nothing else would be left they are what the sheet says."""
    shown = [
        ["" if at in hidden or place in columns else cell for place, cell in enumerate(row)]
        for at, row in enumerate(rows)
    ]
    return shown if any(map(any, shown)) else rows


def spread(rows: Rows, spans: Sequence[Span]) -> Rows:
    """A cell over several rows of one column is said in each of them that says anything; of two rows of headers, of
    which the upper one has groups of columns, one is made: "Express" above "Zone 1" is "Express Zone 1".
    """
    rows, left_over = [[*row] for row in rows], _MOST_SPREAD
    for (top, left), (bottom, right) in spans:
        if left == right and 0 <= top < len(rows) and 0 <= left < len(rows[top]):
            below = rows[top + 1 : bottom + 1][:left_over]
            left_over -= len(below)
            for row in below:
                if any(row) and not row[left]:
                    row[left] = rows[top][left]
    head = next((place for place, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    if head + 2 < len(rows) and _is_grouped(rows[head], rows[head + 1], head, spans):
        names = zip(_named(rows[head], head, spans), rows[head + 1], strict=True)
        rows[head + 1] = [own if own == group else f"{group} {own}".strip() for group, own in names]
        rows[head] = [""] * len(rows[head])
    return rows


def _groups_of(row: list[str], head: int, spans: Sequence[Span]) -> list[range]:
    """None where they overlap, which no program writes."""
    found = [
        range(left, min(right + 1, len(row)))
        for (top, left), (bottom, right) in spans
        if top == bottom == head and 0 <= left < right
    ]
    return found if sum(map(len, found)) <= len(row) else []


def _named(row: list[str], head: int, spans: Sequence[Span]) -> list[str]:
    """With the name of a group above each of its columns."""
    named = [*row]
    for group in _groups_of(row, head, spans):
        named[group.start : group.stop] = [row[group.start]] * len(group)
    return named


def _is_grouped(row: list[str], below: list[str], head: int, spans: Sequence[Span]) -> bool:
    """Whether `below` names the columns of the groups in `row`, and is no row of things: each column of a group has
    a name of its own there, and what is beside groups is named in one of the rows alone.
    """
    groups = _groups_of(row, head, spans)
    inside = {place for group in groups for place in group}
    names = [below[group.start : group.stop] for group in groups]
    beside = [place for place in range(len(row)) if place not in inside]
    return (
        any(names)
        and all(all(own) and len({*own}) == len(own) and not any(map(_is_number, own)) for own in names)
        and all(not row[place] or not below[place] or row[place] == below[place] for place in beside)
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "").isdigit()
