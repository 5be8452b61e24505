"""Of rows keyed by ranges the one that holds what a question names: "two hours late" is neither 15 to 29 minutes
nor found by its words.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from apps.core.amounts.amount import YEAR_OF_DAYS
from apps.core.amounts.counted import is_age, is_of_age, is_of_people, is_of_things, measures_anything
from apps.core.amounts.ranges import Range, ranges_in
from apps.core.amounts.reading import TOGETHER, folded
from apps.core.amounts.units import (
    COUNT,
    DATE,
    DATED,
    PEOPLE,
    TIME,
    YEARS_OF_AGE,
    Unit,
    counts_anything,
    counts_people,
)
from apps.knowledge.retrieval.types import RankedSentence, Retrieval

from ..narrowing import as_likely, best_of
from .keyed_rows import KeyedRow, KeyedTable, keyed_tables, words_of

SURE_OF_ROW = 0.5  # a chance from which on a row goes before a sentence that says nothing of such an amount
# Who asks for such an amount itself looks for none.
_ASKS_FOR_TIME = re.compile(
    r"\bwithin how|\bhow (?:long|far|soon|early|late|many [a-z]+) (?:before|after|in advance|ahead|beforehand)\b|"
    r"提前(?:多久|几|多少)|(?:几|多少)(?:天|小时|分钟|个?月|年|周)(?:之?[内前]|以[内前上下])|多[久长](?:时间)?(?:之?[内前]|以[内前])"
)


@dataclass(frozen=True)
class _Asked:
    """The rows of a table and the others that stand back for them, those that hold what is asked for, and that; it
    is `sure` where they hold all of it.
    """

    rows: Sequence[RankedSentence]
    held: Sequence[RankedSentence]
    named: Range
    sure: bool


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
    for table in keyed_tables(found):
        rows, column = table.rows, table.column
        named = _asked_of(rows, column, asked, question) or _asked_of(rows, column, unsaid, meant)
        held = _holding(rows, named) if named is not None else []
        if named is not None and (held or _is_named(named, rows, column, question)):
            back = _standing_back(table, words_of(question)) if held else []
            of_them = [*(row.sentence for row in rows), *back]
            sure = all(row.key.holds(named) for row in held)
            tables.append(_Asked(of_them, [row.sentence for row in held], named, sure))
    return _narrowed(found, tables) if tables else found


def _standing_back(table: KeyedTable, asked: set[str]) -> list[RankedSentence]:
    """The other rows of a table whose ranges are all of one thing that is asked for, but for those that have a word
    of the question, too: cats and rabbits below dogs by their weight.
    """
    of_all = frozenset.intersection(*(row.beside for row in table.rows))
    if not of_all or not of_all <= asked:
        return []
    return [sentence for sentence, words in table.others if not (words - of_all) & asked]


def _narrowed(found: Retrieval, tables: Sequence[_Asked]) -> Retrieval:
    dropped = {id(one) for table in tables for one in table.rows if not any(one is held for held in table.held)}
    changed: dict[int, RankedSentence] = {}
    best = best_of(found)
    of_a_row = any(sentence is best for table in tables for sentence in table.rows)
    for table in tables:
        held = [sentence for sentence in table.held if id(sentence) not in dropped]
        if held:
            first = min(held, key=lambda one: one.rank)
            leads_in = best is not None and _leads_in(best, first, found)
            changed[id(first)] = _in_place(first, table, None if of_a_row else best, leads_in=leads_in)
    passages = (
        replace(
            home, sentences=tuple(changed.get(id(one), one) for one in home.sentences if id(one) not in dropped)
        )
        for home in found.passages
    )
    left = replace(found, passages=tuple(home for home in passages if home.sentences))
    now = best_of(left)
    as_before = now is not None and best is not None and (now.rank, now.score) == (best.rank, best.score)
    return left if as_before else as_likely(left, best)


def _in_place(row: RankedSentence, table: _Asked, best: RankedSentence | None, *, leads_in: bool) -> RankedSentence:
    """The row that holds what is asked for, in the place of the table's best; or of the search's `best` sentence,
    if that is of no such table, says nothing of such an amount, and leads in the row or is less likely by a
    reranker. One that is not sure keeps its own score.
    """
    first = min(table.rows, key=lambda one: one.rank)
    if not table.sure:
        return replace(row, rank=first.rank)
    chance = max(first.chance or 0.0, row.chance or 0.0) if row.chance is not None else first.chance
    row = replace(row, rank=first.rank, score=first.score, chance=chance)
    if best is None:
        return row
    likelier = leads_in or (row.chance or 0.0) >= max(SURE_OF_ROW, best.chance or 0.0)
    kinds = {one.unit.kind for one in ranges_in(best.text) if one.unit}
    if likelier and table.named.unit and table.named.unit.kind not in kinds:
        return replace(row, rank=best.rank - 1, score=best.score)
    return row


def _leads_in(best: RankedSentence, row: RankedSentence, found: Retrieval) -> bool:
    """Whether a sentence stands before a table and says no more than what comes: 时间按年龄而定："""
    return best.text.rstrip().endswith((":", "：")) and any(
        best in home.sentences and row in home.sentences and best.end <= row.start for home in found.passages
    )


def _holding(rows: Sequence[KeyedRow], named: Range) -> list[KeyedRow]:
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


def _ends(named: Range) -> Iterator[Range]:
    """The end that is named of "at least 100 copies" or "up to 5 kg", where that may be meant."""
    if named.high == math.inf and not named.low_open:
        yield replace(named, high=named.low)
    if named.low == -math.inf and not named.high_open:
        yield replace(named, low=named.high)


def _asked_of(rows: Sequence[KeyedRow], column: str, asked: Sequence[Range], question: str) -> Range | None:
    """What is asked for of what the rows are keyed by, if that is one thing."""
    unit = rows[0].key.unit or COUNT
    if unit.kind == TIME and not unit.of_age and _ASKS_FOR_TIME.search(folded(question)):
        return None
    if unit == DATED:
        asked = [_in_year_of(rows, one) or one for one in asked]
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
            if aged and _is_told_of(one, unit, column):
                yield one
    if named.unit is not None:
        return
    if unit.of_age and is_age(named):
        yield named.as_unit(YEARS_OF_AGE)
    elif unit.kind == PEOPLE.kind and is_of_people(named):
        yield named.as_unit(PEOPLE)
    elif unit.kind == COUNT.kind and (
        (counts_anything(column) and is_of_things(named)) or words_of(named.tail) & words_of(column)
    ):
        yield named.as_unit(COUNT)


def _is_told_of(named: Range, unit: Unit, column: str) -> bool:
    """Whether an amount that is told of another thing may count below that name; a sum of people only of people."""
    if named.of == TOGETHER:
        return unit == PEOPLE and counts_people(column)
    return not named.of or bool(words_of(named.of) & words_of(column)) or measures_anything(column)


def _in_year_of(rows: Sequence[KeyedRow], named: Range) -> Range | None:
    """A date that is told without its year, where the rows are all of one year."""
    ends = [end for row in rows for end in (row.key.low, row.key.high) if not math.isinf(end)]
    first, last = min(ends), max(ends)
    if named.unit != DATE or named.turns or last - first >= YEAR_OF_DAYS:
        return None
    dated = (named.in_year(year) for year in {first // YEAR_OF_DAYS, last // YEAR_OF_DAYS})
    within = [one for one in dated if one.high >= first and one.low <= last]
    return within[0] if len(within) == 1 else None


def _is_named(named: Range, rows: Sequence[KeyedRow], column: str, question: str) -> bool:
    """Whether it is surely of the rows though none holds it: most things take time, and half a day may be the first
    of whole days.
    """
    size = min((row.key.unit.size for row in rows if row.key.unit), default=1.0)
    if any(row.key.low - size < named.high and named.low < row.key.high + size for row in rows):
        return False
    timely = named.unit is not None and named.unit.kind == TIME and not named.unit.of_age
    return not timely or bool(words_of(question) & words_of(column))


def _is_of_the_key(named: Range, rows: Sequence[KeyedRow], column: str, question: str) -> bool:
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
    return (named.unit in keyed and named.unit not in others) or bool(words_of(question) & words_of(column))
