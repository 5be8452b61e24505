"""Of rows keyed by ranges the one that holds what a question names: "two hours late" is neither 15 to 29 minutes
nor found by its words. Lines that begin so ("11 to 30 minutes late: £6") are such rows, too.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from apps.core.stems import stem
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

from ..asking.narrowing import as_likely, best_of
from .amounts import folded
from .column_names import Cells
from .ranges import Range, range_of, ranges_in
from .rows import row_cells
from .units import COUNT, MONTH, PEOPLE, YEARS_OF_AGE, Unit, counts_anything, unit_of_column

_LONGEST_KEY = 80  # characters
SURE_OF_ROW = 0.5  # a chance from which on a row goes before a sentence that says nothing of such an amount
_WORD = re.compile(r"[a-z]{3,}|[\u3400-\u9fff]")
# What a bare number counts stands right behind it: "2 dogs", 3只猫, not "7, what …" or "60 how much".
_NOUN = re.compile(
    r"[ -]?(?!(?:and|or|how|what|when|which|is|are|do|does|did|can|could|will|would|should|to|in|on|at|for|if|of"
    r"|the|today|now|already|this|next|who|with|from|by|please|pay|pays|get|gets)\b|[了的，])[a-z\u3400-\u9fff]"
)
_Place = tuple[UUID, str, str]  # a document, a heading, and what a table's column is called


@dataclass(frozen=True)
class _Row:
    """A sentence with the range that it is about; `before` are the cells that stand before that."""

    sentence: RankedSentence
    key: Range
    before: tuple[str, ...]


@dataclass(frozen=True)
class _Asked:
    """The rows of a table, those of them that hold what is asked for, and that."""

    rows: Sequence[_Row]
    held: Sequence[_Row]
    named: Range


def of_its_range(found: Retrieval, question: str) -> Retrieval:
    """Without the rows whose ranges do not hold what `question` names, or else what it was searched with. The row
    that does takes the place of the table's best one: that the table answers is what the search says, which of its
    rows is arithmetic. Where none does, what is left is as sure as it is by itself.
    """
    asked = ranges_in(question)
    searched = ranges_in(found.question)
    if not asked and not searched:
        return found
    tables: list[_Asked] = []
    for (_document, _heading, column), rows in _tables(found).items():
        named = _asked_of(rows, column, asked) or _asked_of(rows, column, searched)
        if named is not None:
            tables.append(_Asked(rows, _holding(rows, named), named))
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
    tables: dict[_Place, list[_Row]] = defaultdict(list)
    for home in found.passages:
        for sentence in home.sentences:
            for column, before, key in _keys(sentence.text, home):
                tables[home.document_id, home.heading, column].append(_Row(sentence, key, before))
    return {place: rows for place, rows in tables.items() if _is_keyed(rows)}


def _keys(text: str, home: RankedPassage) -> Iterator[tuple[str, tuple[str, ...], Range]]:
    """What may be the key of a row: by the name of its column, behind the cells before it."""
    cells: Cells = row_cells(text.replace("\n", " "), home)
    if not cells:
        begins, colon, rest = text.replace("：", ":").partition(":")
        key = range_of(begins) if colon and rest and len(begins) <= _LONGEST_KEY else None
        if key is not None:
            yield "", (), key
        return
    for place, (name, cell) in enumerate(cells):
        key = range_of(cell) if len(cell) <= _LONGEST_KEY else None
        if key is not None:
            called = folded(name)
            unit = unit_of_column(called)
            key = key if key.unit else key.as_unit(unit)
            if unit.of_age and key.unit and key.unit.kind == unit.kind:
                key = replace(key, unit=key.unit._replace(of_age=True))
            yield called, tuple(text for _name, text in cells[:place]), key


def _is_keyed(rows: Sequence[_Row]) -> bool:
    """Whether ranges of one kind tell the rows apart: of a column that is not the first one only where what stands
    before it does not.
    """
    kinds = {row.key.unit.kind if row.key.unit else "" for row in rows}
    different = {(row.key.low, row.key.high) for row in rows}
    if len(kinds) > 1 or len(different) < 2 or all(row.key.point for row in rows):
        return False
    return all(not row.before for row in rows) or len({row.before for row in rows}) < len(rows)


def _ends(named: Range) -> Iterator[Range]:
    """The end that is named of "at least 100 copies" or "up to 5 kg", where that may be meant."""
    if named.high == math.inf and not named.low_open:
        yield replace(named, high=named.low)
    if named.low == -math.inf and not named.high_open:
        yield replace(named, low=named.high)


def _asked_of(rows: Sequence[_Row], column: str, asked: Sequence[Range]) -> Range | None:
    """What is asked for of what the rows are keyed by, if that is one thing."""
    unit = rows[0].key.unit or COUNT
    named = [one for each in asked for one in _as_kind(each, unit, column)]
    if any(one.unit and one.unit.of_age for one in named):
        named = [one for one in named if one.unit and one.unit.of_age]
    if len(named) > 1:
        named = [one for one in named if not one.may_be_none]
    return named[0] if len({(one.low, one.high) for one in named}) == 1 else None


def _as_kind(named: Range, unit: Unit, column: str) -> Iterator[Range]:
    """It, if it is of that kind, or bare and counts what the column does."""
    for one in (named, named.also):
        if one is not None and one.unit is not None and one.unit.kind == unit.kind:
            too_short = unit.of_age and one.unit.size < MONTH
            if not too_short and (unit.of_age or not one.unit.of_age):
                yield one
    if named.unit is not None:
        return
    stands_alone = not _NOUN.match(named.tail)
    if (unit.of_age or unit.kind == PEOPLE.kind) and stands_alone:
        yield named.as_unit(YEARS_OF_AGE if unit.of_age else PEOPLE)
    if unit.kind == COUNT.kind and (counts_anything(column) or _words(named.tail) & _words(column)):
        yield named.as_unit(COUNT)


def _words(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(text)}
