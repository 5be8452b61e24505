"""Several tables in one worksheet, one below the other with room between them, each with headers of its own."""

import re
from collections.abc import Sequence

from ..captions import captions_above, is_headed, is_value
from ..rows import headed

Rows = list[tuple[int, list[str]]]  # with their numbers; none is empty

_LEAST = 2  # rows of a table, and columns
_LOOKED_AT = 100  # rows of the table above: it may grow by thousands of groups
_BEGINNING = re.compile(r"\b[^\W\d_\u4e00-\u9fff]{4}|[\u4e00-\u9fff]")  # of a word, as "park" of "Parking"


def tables_apart(rows: Rows) -> list[Rows]:
    """All as one where it is not sure: a row below an empty one is the next table's header only if it has words
    alone, a name for each column that is used below it, numbers below one of them as the table above has, and
    either other columns than that one, a name of its or, like that one, a caption that speaks of its first name: a
    group of rows, too, may begin with one without a number ("Attic room; on request"). Such a group below a caption
    has the names of the table above.
    """
    found: list[Rows] = []
    for part in _parts(rows):
        above = found[-1][:_LOOKED_AT] if found else []
        if above and _parted(part, above):
            found.append(part)
        elif group := _group(part, above):
            found.append(group)
        elif found:
            found[-1] = found[-1] + part
        else:
            found.append(part)
    return found


def _parted(rows: Rows, above: Rows) -> bool:
    own, before = captions_above(rows), captions_above(above)
    captions, rows, above = rows[:own], rows[own:], above[before:]
    if not _is_table(rows) or not _is_table(above):
        return False
    return _is_other(rows, above) or (own > 0 and before > 0 and _is_named(captions, rows, above))


def _group(rows: Rows, above: Rows) -> Rows:
    """Rows below a caption, with the names of the table above; none where it has no caption or other columns."""
    own, before = captions_above(rows), captions_above(above)
    if not own or not before or not _is_table(above[before:]):
        return []
    group = [*rows[:own], above[before], *rows[own:]]
    below = group[own:]
    alike = _used(below) == _used(above[before:]) and _numbers(below) == _numbers(above[before:])
    return group if alike and is_headed(group, own) else []


def _is_named(captions: Rows, rows: Rows, above: Rows) -> bool:
    """Whether the captions speak of the first name of the rows below them, and not of that of the table above."""
    titles = [cell for _number, row in captions for cell in row]
    names = [next(filter(None, part[0][1])) for part in (rows, above)]
    said, own, others = map(_beginnings, (titles, names[:1], names[1:]))
    return bool(said & own) and not said & others


def _beginnings(cells: Sequence[str]) -> set[str]:
    return {found for cell in cells for found in _BEGINNING.findall(cell.casefold())}


def _parts(rows: Rows) -> list[Rows]:
    """Cut where rows are empty."""
    parts: list[Rows] = []
    for number, row in rows:
        if parts and number == parts[-1][-1][0] + 1:
            parts[-1].append((number, row))
        else:
            parts.append([(number, row)])
    return parts


def _is_other(rows: Rows, above: Rows) -> bool:
    """Whether headers of their own are surer than those of the table above: these leave out a column, name one of
    words where numbers are, or are repeated in part.
    """
    names, own = ({cell.casefold() for cell in part[0][1] if cell} for part in (above, rows))
    return bool(names & own) or not _numbers(rows) <= _numbers(above) or not _used(rows) <= _used(above)


def _used(rows: Rows) -> set[int]:
    return {place for _number, row in rows[1:] for place, cell in enumerate(row) if cell}


def _numbers(rows: Rows) -> set[int]:
    """Columns with numbers below their name."""
    body = [row for _number, row in rows[1:]]
    return {at for at in _used(rows) if headed([["-"], *([row[at]] for row in body if row[at:])])}


def _is_table(rows: Rows) -> bool:
    head, *below = (row for _number, row in rows)
    columns = max(map(len, (head, *below)))
    padded = [[*row, *[""] * (columns - len(row))] for row in (head, *below)]
    used = [any(cells) for cells in zip(*padded[1:], strict=True)]
    return (
        len(rows) >= _LEAST
        and sum(map(bool, head)) >= _LEAST
        and not any(map(is_value, head))
        and [bool(cell) for cell in padded[0]] == used
        and headed(padded) is True
    )
