"""A table row as one quotable sentence."""

from itertools import zip_longest

from ..blocks import Refused

MAX_COLUMNS = 2_000


def columns_check(count: int) -> None:
    """Raises Refused for a row that is no row any more."""
    if count > MAX_COLUMNS:
        raise Refused("wide", limit=MAX_COLUMNS)


def row_text(headers: list[str], cells: list[str]) -> str:
    """ "Header: cell; Header: cell"; empty cells are left out, a cell without a header stands alone."""
    pairs = zip_longest(headers, cells, fillvalue="")
    return "; ".join(f"{header}: {cell}" if header else cell for header, cell in pairs if cell)
