"""Several tables in one worksheet, one below the other with room between them, each with headers of its own."""

from ..captions import captions_above, is_value
from ..rows import headed

Rows = list[tuple[int, list[str]]]  # with their numbers; none is empty

_LEAST = 2  # rows of a table, and columns
_LOOKED_AT = 100  # rows of the table above: it may grow by thousands of groups


def tables_apart(rows: Rows) -> list[Rows]:
    """All as one where it is not sure: a row below an empty one is the next table's header only if it has words
    alone, a name for each column that is used below it, numbers below one of them as the table above has, and
    either other columns than that one, a name of its or, like that one, a caption: a group of rows, too, may begin
    with one without a number ("Attic room; on request").
    """
    found: list[Rows] = []
    for part in _parts(rows):
        if found and _parted(part, found[-1][:_LOOKED_AT]):
            found.append(part)
        elif found:
            found[-1] = found[-1] + part
        else:
            found.append(part)
    return found


def _parted(rows: Rows, above: Rows) -> bool:
    own, before = captions_above(rows), captions_above(above)
    rows, above = rows[own:], above[before:]
    alike = own > 0 and before > 0
    return _is_table(rows) and _is_table(above) and (alike or _is_other(rows, above))


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
