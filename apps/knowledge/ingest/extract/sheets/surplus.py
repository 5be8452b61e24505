"""Rows of a CSV file with more cells than its first row names: mostly a comma within a cell that nobody quoted."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ...blocks import Block, Wide, clean

_ASKED = re.compile(r"[?？][”\"’')）」』]*$|[吗呢]$|如何|怎[么样]|什么|多少|[哪几]|[是能可]否|有没有")
_SHOWN = 20  # rows that are told by their numbers
_OF_TEXT = set(",;|")  # a tab is none that a cell has by mistake

Rows = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Lines:
    """The cells of a CSV file as they stand, blanks included, by their rows' numbers. Other tables have none."""

    delimiter: str = ""
    cells: Mapping[int, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Settled:
    """The rows whose cells stand below their names; `loose` are lines kept as they stand; `wide` tells which."""

    rows: Rows
    loose: tuple[Block, ...] = ()
    wide: tuple[Wide, ...] = ()


def settled(rows: Rows, lines: Lines, pair: tuple[int, int] | None, *, whole: bool) -> Settled:
    """`rows` with the headers first, `pair` as the places of question and answer. Joined is what was surely one
    cell; else the line is kept without names, or left out where a column is not to be imported (not `whole`).
    """
    if lines.delimiter not in _OF_TEXT:
        return Settled(rows)
    headers, *below = rows
    count = len(headers[1])
    kept, loose = [headers], []
    found: dict[str, list[int]] = {"joined": [], "kept": [], "out": []}
    for number, row in below:
        if not any(row[count:]):
            kept.append((number, row))
            continue
        cells = lines.cells[number]
        joined = _joined(cells, lines.delimiter, lines.cells[headers[0]][:count], pair)
        found["joined" if joined else "kept" if whole else "out"].append(number)
        if joined:
            kept.append((number, [clean(cell) for cell in joined]))
        elif whole:
            loose.append(Block("unit", clean(lines.delimiter.join(cells)), row=number))
    wide = (Wide(how, tuple(told[:_SHOWN]), len(told[_SHOWN:])) for how, told in found.items() if told)
    return Settled(kept, tuple(loose), tuple(wide))


def _joined(
    cells: list[str], delimiter: str, headers: Collection[str], pair: tuple[int, int] | None
) -> list[str] | None:
    return _by_blanks(cells, delimiter, headers) or _by_question(cells, delimiter, len(headers), pair)


def _by_blanks(cells: Sequence[str], delimiter: str, headers: Collection[str]) -> list[str] | None:
    """A comma within a sentence has a blank behind it, and one between cells has none."""
    if any(name.startswith(" ") for name in headers):
        return None
    joined = list(cells[:1])
    for cell in cells[1:]:
        if cell.startswith(" ") and cell.strip():
            joined[-1] += delimiter + cell
        else:
            joined.append(cell)
    while len(joined) > len(headers) and not joined[-1].strip():
        joined.pop()
    return joined if len(joined) == len(headers) else None


def _by_question(cells: list[str], delimiter: str, count: int, pair: tuple[int, int] | None) -> list[str] | None:
    """All behind a whole question is its answer where no other column follows."""
    if pair is None or pair[1] != count - 1 or pair[0] != count - 2:
        return None
    question, rest = clean(cells[pair[0]]), cells[pair[1] :]
    if not _ASKED.search(question) or any(_ASKED.search(clean(cell)) for cell in rest):
        return None
    return [*cells[: pair[1]], delimiter.join(rest).rstrip(delimiter + " ")]
