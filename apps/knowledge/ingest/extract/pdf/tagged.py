"""Tables of a PDF that says itself where its cells are."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from ...blocks import clean
from ..rows import headed
from ..text import join_wrapped, joined
from .columns import MOST_COLUMNS, Span, Word
from .tables import Grid, same_columns
from .tags import Tag

_LEAST_ROWS = 3  # with fewer the first one may not be of headers
_LONGEST = 600  # characters of a cell: what has longer ones only lays the page out

Cells = dict[int, list[Word]]  # by their column


def tagged_grids(
    words: Sequence[tuple[Word, Tag]], bold: Callable[[int], bool], before: Grid | None = None
) -> list[Grid]:
    """`bold` knows the letter at a place, `before` is the table that may go on from the page before. What has words
    of something else in one of its lines is no table.
    """
    tables: dict[int, dict[int, Cells]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    plain: set[int] = set()  # rows with a cell that is no header
    mixed: set[int] = set()
    for word, tag in words:
        if not tag.table:
            mixed.add(word.line)
            continue
        tables[tag.table][tag.row][tag.column].append(word)
        if not tag.header:
            plain.add(tag.row)
    found: list[Grid] = []
    for rows in tables.values():
        says_headed = next(iter(rows)) not in plain
        grid = _grid(list(rows.values()), says_headed, bold, None if found else before)
        if grid and not grid.lines & mixed:
            found.append(grid)
    return found


def _grid(
    rows: Sequence[Cells], says_headed: bool, bold: Callable[[int], bool], before: Grid | None
) -> Grid | None:
    places = sorted({column for row in rows for column in row})
    if not 1 < len(places) <= MOST_COLUMNS:
        return None
    texts = [[_text(row.get(place, [])) for place in places] for row in rows]
    if max(len(text) for row in texts for text in row) > _LONGEST:
        return None
    columns = tuple(_span([word for row in rows for word in row.get(place, [])]) for place in places)
    if before and _goes_on(columns, texts[0], says_headed, before):
        headers = before.headers
        texts = texts[texts[0] == headers :]
    else:
        looks_headed = headed(texts) is not False or all(bold(cell[0].place) for cell in rows[0].values())
        headers = texts.pop(0) if says_headed or (len(rows) >= _LEAST_ROWS and looks_headed) else []
    words = [word for row in rows for cell in row.values() for word in cell]
    size = words[0].top - words[0].bottom
    return Grid(frozenset(word.line for word in words), columns, headers, texts, size, last=True)


def _goes_on(columns: Sequence[Span], first: list[str], says_headed: bool, before: Grid) -> bool:
    return before.last and same_columns(columns, before.columns) and not (says_headed and first != before.headers)


def _span(words: Sequence[Word]) -> Span:
    return min(word.left for word in words), max(word.right for word in words)


def _text(words: Sequence[Word]) -> str:
    lines: dict[int, list[str]] = defaultdict(list)
    for word in words:
        lines[word.line].append(word.text)
    return clean("".join(joined(map(" ".join, lines.values()), join_wrapped)))
