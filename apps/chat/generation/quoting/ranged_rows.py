"""Of rows keyed by ranges the one that holds what a question names: "two hours late" is neither 15 to 29 minutes
nor found by its words. Lines that begin so ("11 to 30 minutes late: £6") are such rows, too.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from uuid import UUID

from apps.core.amounts.counted import is_age, is_of_age, is_of_people, is_of_things, measures_anything
from apps.core.amounts.ranges import Range, range_and_rest, range_of, ranges_in
from apps.core.amounts.reading import folded
from apps.core.amounts.units import COUNT, PEOPLE, TIME, YEARS_OF_AGE, Unit, counts_anything, unit_of_column
from apps.core.stems import stem
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

from ..narrowing import as_likely, best_of
from .column_names import Cells
from .rows import row_cells

_LONGEST_KEY = 80  # characters
_MOST_BESIDE = 2  # words of a line's key beside its range, the same in all lines: "late", 迟到
SURE_OF_ROW = 0.5  # a chance from which on a row goes before a sentence that says nothing of such an amount
_WORD = re.compile(r"[a-z]{3,}|[\u3400-\u9fff]")
_BESIDE = re.compile(r"[a-z]+|[\u3400-\u9fff]{1,2}")
_DIGIT = re.compile(r"\d|零|\bzero\b|freezing|冰点")
_COMMON = {*"时间金额数量长度期限费的"}  # characters of columns' names that tell none of them
# Who asks for such an amount itself looks for none.
_ASKS_FOR_TIME = re.compile(
    r"\bwithin how|\bhow (?:long|far|soon|early|late|many [a-z]+) (?:before|after|in advance|ahead|beforehand)\b|"
    r"提前(?:多久|几|多少)|(?:几|多少)(?:天|小时|分钟|个?月|年|周)(?:之?[内前]|以[内前上下])|多[久长](?:时间)?(?:之?[内前]|以[内前])"
)
# A document, a heading, and what a table's column is called, or what lines say beside their keys.
_Place = tuple[UUID, str, str]


@dataclass(frozen=True)
class _Row:
    """A sentence with the range that it is about, and the cells that stand before and behind that."""

    sentence: RankedSentence
    key: Range
    before: tuple[str, ...]
    behind: str


@dataclass(frozen=True)
class _Asked:
    """The rows of a table, those of them that hold what is asked for, and that."""

    rows: Sequence[_Row]
    held: Sequence[_Row]
    named: Range


def of_its_range(found: Retrieval, question: str, meant: str) -> Retrieval:
    """Without the rows whose ranges do not hold what `question` names, or else what it leaves unsaid. The row
    that does takes the place of the table's best one: that the table answers is what the search says, which of its
    rows is arithmetic. Where none does, what is left is as sure as it is by itself.
    """
    asked = ranges_in(question)
    unsaid = ranges_in(meant)
    if not asked and not unsaid:
        return found
    tables: list[_Asked] = []
    for (_document, _heading, column), rows in _tables(found).items():
        named = _asked_of(rows, column, asked, question) or _asked_of(rows, column, unsaid, meant)
        held = _holding(rows, named) if named is not None else []
        if named is not None and (held or _is_named(named, rows, column, question)):
            tables.append(_Asked(rows, held, named))
    return _narrowed(found, tables) if tables else found


def _narrowed(found: Retrieval, tables: Sequence[_Asked]) -> Retrieval:
    dropped = {id(row.sentence) for table in tables for row in table.rows if row not in table.held}
    changed: dict[int, RankedSentence] = {}
    best = best_of(found)
    of_a_row = any(row.sentence is best for table in tables for row in table.rows)
    for table in tables:
        held = [row.sentence for row in table.held if id(row.sentence) not in dropped]
        if held:
            first = min(held, key=lambda one: one.rank)
            changed[id(first)] = _in_place(first, table, None if of_a_row else best)
    passages = (
        replace(
            home, sentences=tuple(changed.get(id(one), one) for one in home.sentences if id(one) not in dropped)
        )
        for home in found.passages
    )
    left = replace(found, passages=tuple(home for home in passages if home.sentences))
    now = best_of(left)
    as_before = now is not None and best is not None and now.rank == best.rank
    return left if as_before else as_likely(left, best)


def _in_place(row: RankedSentence, table: _Asked, best: RankedSentence | None) -> RankedSentence:
    """The row that holds what is asked for, in the place of the table's best; or of the search's `best` sentence,
    if that is of no such table, says nothing of such an amount, and a reranker finds the row likelier.
    """
    first = min((one.sentence for one in table.rows), key=lambda one: one.rank)
    chance = max(first.chance or 0.0, row.chance or 0.0) if row.chance is not None else first.chance
    row = replace(row, rank=first.rank, score=first.score, chance=chance)
    if best is None:
        return row
    likelier = (row.chance or 0.0) >= max(SURE_OF_ROW, best.chance or 0.0)
    kinds = {one.unit.kind for one in ranges_in(best.text) if one.unit}
    if likelier and table.named.unit and table.named.unit.kind not in kinds:
        return replace(row, rank=best.rank - 1, score=best.score)
    return row


def _holding(rows: Sequence[_Row], named: Range) -> list[_Row]:
    """The rows with all of it, or else with some; where it falls between two ranges that are told in whole units,
    such as 29½ minutes, the one that ends before it.
    """
    nearest = [named, *_ends(named)]
    for one in nearest:
        if held := [row for row in rows if row.key.holds(one)]:
            return held
    if held := [row for row in rows if row.key.meets(named)]:
        return held
    below = [row for row in rows if row.key.high < named.low]
    above = [row.key.low for row in rows if row.key.low > named.high]
    last = max((row.key.high for row in below), default=0.0)
    near = [row for row in below if row.key.high == last]
    size = min((row.key.unit.size for row in rows if row.key.unit), default=1.0)
    return near if above and min(above) - last <= size else []


def _tables(found: Retrieval) -> dict[_Place, list[_Row]]:
    """Those of which every row's key is understood: one that is not might be the row that is asked for."""
    tables: dict[_Place, list[_Row]] = defaultdict(list)
    unread: set[_Place] = set()
    for home in found.passages:
        for sentence in home.sentences:
            for column, before, key, behind in _keys(sentence.text, home):
                place = home.document_id, home.heading, column
                if key is None:
                    unread.add(place)
                else:
                    tables[place].append(_Row(sentence, key, before, behind))
    return {place: rows for place, rows in tables.items() if place not in unread and _is_keyed(rows)}


def _keys(text: str, home: RankedPassage) -> Iterator[tuple[str, tuple[str, ...], Range | None, str]]:
    """What may be the key of a row: by the name of its column, between the cells before and behind it. None is one
    with a number that is not understood.
    """
    cells: Cells = row_cells(text.replace("\n", " "), home)
    if not cells:
        begins, colon, rest = text.replace("：", ":").partition(":")
        key, beside = range_and_rest(begins)
        words = _BESIDE.findall(beside)
        if key and colon and rest and len(begins) <= _LONGEST_KEY and len(words) <= _MOST_BESIDE:
            yield " ".join(words), (), key, rest
        return
    for place, (name, cell) in enumerate(cells):
        key = range_of(cell) if len(cell) <= _LONGEST_KEY else None
        called = folded(name)
        before, behind = (tuple(text for _name, text in some) for some in (cells[:place], cells[place + 1 :]))
        if key is not None:
            unit = unit_of_column(called)
            key = key if key.unit else key.as_unit(unit)
            if unit.of_age and key.unit and key.unit.kind == unit.kind:
                key = replace(key, unit=key.unit._replace(of_age=True))
        if key is not None or _DIGIT.search(cell):
            yield called, before, key, "; ".join(behind)


def _is_keyed(rows: Sequence[_Row]) -> bool:
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


def _ends(named: Range) -> Iterator[Range]:
    """The end that is named of "at least 100 copies" or "up to 5 kg", where that may be meant."""
    if named.high == math.inf and not named.low_open:
        yield replace(named, high=named.low)
    if named.low == -math.inf and not named.high_open:
        yield replace(named, low=named.high)


def _asked_of(rows: Sequence[_Row], column: str, asked: Sequence[Range], question: str) -> Range | None:
    """What is asked for of what the rows are keyed by, if that is one thing."""
    unit = rows[0].key.unit or COUNT
    if unit.kind == TIME and not unit.of_age and _ASKS_FOR_TIME.search(folded(question)):
        return None
    named = [one for each in asked for one in _as_kind(each, unit, column)]
    if any(one.unit and one.unit.of_age for one in named):
        named = [one for one in named if one.unit and one.unit.of_age]
    if len({(one.low, one.high) for one in named}) != 1:
        return None
    return named[0] if _is_of_the_key(named[0], rows, column, question) else None


def _as_kind(named: Range, unit: Unit, column: str) -> Iterator[Range]:
    """It, if it is of that kind, or bare and counts what the column does."""
    for one in (named, named.also):
        if one is not None and one.unit is not None and one.unit.kind == unit.kind:
            aged = one.unit.of_age == unit.of_age or (unit.of_age and is_of_age(one))
            told_of = not one.of or bool(_words(one.of) & _words(column))
            if aged and (told_of or measures_anything(column)):
                yield one
    if named.unit is not None:
        return
    if unit.of_age and is_age(named):
        yield named.as_unit(YEARS_OF_AGE)
    elif unit.kind == PEOPLE.kind and is_of_people(named):
        yield named.as_unit(PEOPLE)
    elif unit.kind == COUNT.kind and (
        (counts_anything(column) and is_of_things(named)) or _words(named.tail) & _words(column)
    ):
        yield named.as_unit(COUNT)


def _is_named(named: Range, rows: Sequence[_Row], column: str, question: str) -> bool:
    """Whether it is surely of the rows though none holds it: most things take time, and half a day may be the first
    of whole days.
    """
    size = min((row.key.unit.size for row in rows if row.key.unit), default=1.0)
    if any(row.key.low - size < named.high and named.low < row.key.high + size for row in rows):
        return False
    timely = named.unit is not None and named.unit.kind == TIME and not named.unit.of_age
    return not timely or bool(_words(question) & _words(column))


def _is_of_the_key(named: Range, rows: Sequence[_Row], column: str, question: str) -> bool:
    """Where the rows' other cells have such amounts, too ("up to 2 years: one month's notice"), what is named must
    be told in the key's unit alone, or the question name the column.
    """
    if named.unit is None:
        return True
    others = {
        one.unit for row in rows for one in ranges_in(row.behind) if one.unit and one.unit.kind == named.unit.kind
    }
    if not others or named.unit.of_age:
        return True
    keyed = {row.key.unit for row in rows}
    return (named.unit in keyed and named.unit not in others) or bool(_words(question) & _words(column))


def _words(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(folded(text)) if word not in _COMMON}
