"""Several tables in one worksheet, one below the other with room between them, each with headers of its own."""

from .captions import is_value
from .rows import headed

Rows = list[tuple[int, list[str]]]  # with their numbers; none is empty

_LEAST = 2  # rows of a table, and columns


def tables_apart(rows: Rows) -> list[Rows]:
    """All as one where it is not sure: a row below an empty one is the next table's header only if it has words
    alone, a name for each column that is used below it, and numbers below one of them as the table above has.
    """
    found: list[Rows] = []
    for part in _parts(rows):
        if found and _is_table(found[-1]) and _is_table(part):
            found.append(part)
        elif found:
            found[-1] = found[-1] + part
        else:
            found.append(part)
    return found


def _parts(rows: Rows) -> list[Rows]:
    """Cut where rows are empty."""
    parts: list[Rows] = []
    for number, row in rows:
        if parts and number == parts[-1][-1][0] + 1:
            parts[-1].append((number, row))
        else:
            parts.append([(number, row)])
    return parts


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
