"""Rows of a table, whatever file they are of: which are headers, and a row as one quotable sentence."""

import re
from itertools import zip_longest

from ..blocks import Refused

MAX_COLUMNS = 2_000
_NUMBER = re.compile(r"\W*(?:[A-Z]{1,3}[ -]?)?\d")
YEAR = re.compile(r"(?:19|20)\d\d")


def columns_check(count: int) -> None:
    """Raises Refused for a row that is no row any more."""
    if count > MAX_COLUMNS:
        raise Refused("wide", limit=MAX_COLUMNS)


def row_text(headers: list[str], cells: list[str]) -> str:
    """ "Header: cell; Header: cell"; empty cells are left out, a cell without a header stands alone."""
    pairs = zip_longest(headers, cells, fillvalue="")
    return "; ".join(f"{header}: {cell}" if header else cell for header, cell in pairs if cell)


def headed(texts: list[list[str]]) -> bool | None:
    """Whether the first row has words above a column of numbers, or numbers as the rest has; None if neither."""
    found: bool | None = None
    for head, *cells in zip(*texts, strict=True):
        filled = [cell for cell in cells if cell]
        if head and filled and 2 * sum(bool(_NUMBER.match(cell)) for cell in filled) >= len(filled):
            if not _NUMBER.match(head):
                return True
            found = found if YEAR.fullmatch(head) else False
    return found
