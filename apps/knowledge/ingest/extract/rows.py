"""A table row as one quotable sentence."""

from itertools import zip_longest


def row_text(headers: list[str], cells: list[str]) -> str:
    """ "Header: cell; Header: cell"; empty cells are left out, a cell without a header stands alone."""
    pairs = zip_longest(headers, cells, fillvalue="")
    return "; ".join(f"{header}: {cell}" if header else cell for header, cell in pairs if cell)
