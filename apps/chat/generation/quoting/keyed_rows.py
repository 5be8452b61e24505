"""Tables of what was found whose rows are told apart by ranges of amounts: "15–29 minutes", "Dog up to 10 kg".
Lines that begin so ("11 to 30 minutes late: £6") are such rows, too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

from apps.core.amounts.ranges import Range, range_and_rest
from apps.core.amounts.reading import folded
from apps.core.amounts.units import unit_of_column
from apps.core.stems import stem
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

from .column_names import Cells
from .rows import row_cells

_LONGEST_KEY = 80  # characters
_MOST_BESIDE = 2  # words of a line's key beside its range, the same in all lines: "late", 迟到
_WORD = re.compile(r"[a-z]{3,}|[\u3400-\u9fff]")
_BESIDE = re.compile(r"[a-z]+|[\u3400-\u9fff]{1,2}")
_DIGIT = re.compile(r"\d|零|\bzero\b|freezing|冰点")
_COMMON = {*"时间金额数量长度期限费的"}  # characters of columns' names that tell none of them
# A document, a heading, and what a table's column is called, or what lines say beside their keys.
_Place = tuple[UUID, str, str]


@dataclass(frozen=True)
class _Cell:
    """What may be the key of a row, the cells before and behind it, and the words beside its range; `unread` is one
    with a number that is not understood.
    """

    before: tuple[str, ...] = ()
    behind: str = ""
    key: Range | None = None
    beside: frozenset[str] = frozenset()
    unread: bool = False


@dataclass(frozen=True)
class KeyedRow:
    """A sentence with the range that it is about, and the cells that stand before and behind that."""

    sentence: RankedSentence
    key: Range
    before: tuple[str, ...]
    behind: str
    beside: frozenset[str]


@dataclass(frozen=True)
class KeyedTable:
    """Rows of one `column` that ranges tell apart, and with their words the other rows that have it."""

    column: str
    rows: Sequence[KeyedRow]
    others: Sequence[tuple[RankedSentence, frozenset[str]]]


def keyed_tables(found: Retrieval) -> Iterator[KeyedTable]:
    """Those of which every row's key is understood: one that is not might be the row that is asked for. Where those
    of a whole column are of several things, the keys of one thing are looked at ("Home visit within 5 miles").
    """
    columns: dict[_Place, list[tuple[RankedSentence, _Cell]]] = defaultdict(list)
    for home in found.passages:
        for sentence in home.sentences:
            for column, cell in _cells(sentence.text, home):
                columns[home.document_id, home.heading, column].append((sentence, cell))
    for (_document, _heading, column), cells in columns.items():
        unread = [cell.beside for _sentence, cell in cells if cell.unread]
        rows = [
            KeyedRow(sentence, cell.key, cell.before, cell.behind, cell.beside)
            for sentence, cell in cells
            if cell.key is not None
        ]
        things = [frozenset[str](), *dict.fromkeys(row.beside for row in rows if row.beside)]
        for thing in things:
            of_it = [row for row in rows if not thing or row.beside == thing]
            if _is_keyed(of_it) and not any(thing <= words for words in unread):
                held = {id(row.sentence) for row in of_it}
                others = [(one, cell.beside) for one, cell in cells if id(one) not in held and not cell.unread]
                yield KeyedTable(column, of_it, others)
                if not thing:
                    break


def _cells(text: str, home: RankedPassage) -> Iterator[tuple[str, _Cell]]:
    """What may be the key of a row, by the name of its column."""
    cells: Cells = row_cells(text.replace("\n", " "), home)
    if not cells:
        begins, colon, rest = text.replace("：", ":").partition(":")
        key, beside = range_and_rest(begins)
        words = _BESIDE.findall(beside)
        if key and colon and rest and len(begins) <= _LONGEST_KEY and len(words) <= _MOST_BESIDE:
            yield " ".join(words), _Cell(behind=rest, key=key)
        return
    for place, (name, cell) in enumerate(cells):
        key, beside = range_and_rest(cell) if len(cell) <= _LONGEST_KEY else (None, cell)
        called = folded(name)
        before, behind = (tuple(text for _name, text in some) for some in (cells[:place], cells[place + 1 :]))
        if key is not None:
            unit = unit_of_column(called)
            key = key if key.unit else key.as_unit(unit)
            if unit.of_age and key.unit and key.unit.kind == unit.kind:
                key = replace(key, unit=key.unit._replace(of_age=True))
        unread = key is None and _DIGIT.search(cell) is not None
        yield called, _Cell(before, "; ".join(behind), key, frozenset(words_of(beside)), unread)


def _is_keyed(rows: Sequence[KeyedRow]) -> bool:
    """Whether ranges of one kind tell the rows apart: of a column that is not the first one only where what stands
    before it does not.
    """
    kinds = {row.key.unit.kind if row.key.unit else "" for row in rows}
    different = {(row.key.low, row.key.high) for row in rows}
    if len(kinds) > 1 or len(different) < 2 or all(row.key.point for row in rows) or _overlap(different):
        return False
    return all(not row.before for row in rows) or len({row.before for row in rows}) < len(rows)


def _overlap(ranges: set[tuple[float, float]]) -> bool:
    """Whether some share more than an end, as do those of prose; one may go over the end of the year."""
    in_order = sorted(one for one in ranges if one[0] <= one[1])
    return any(high > low for (_low, high), (low, _high) in pairwise(in_order))


def words_of(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(folded(text)) if word not in _COMMON}
