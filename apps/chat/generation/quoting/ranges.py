"""Ranges of amounts, as tables are keyed by them: "15–29 minutes", 2公斤以上, "up to 2 kg", "1 Jan – 31 Mar"."""

import math
import re
from dataclasses import dataclass, replace

from .amounts import MARK, Amount, folded, marked
from .units import Unit

_OVER = (
    r"(?:over|above|more than|exceeding|(?:long|old|heavi|great|larg|high|lat|tall)er than|after|>(?!=)|超过|"
    r"大于(?!等|或)|高于|多于|超出|逾)"
)
_FROM = (
    r"(?:from|between|at least|min(?:imum|\.)?(?: of)?|(?:not|no) less than|starting (?:at|from)|≥|>=|满|至少|"
    r"不[少低小]于|大于(?:等于|或等于)|从|自)"
)
_UNDER = (
    r"(?:under|below|(?:less|fewer) than|(?:young|short|light|small|low|earli)er than|before|<(?!=)|不满|不足|未满|"
    r"小于(?!等|或)|低于|少于|短于|不到)"
)
_UP_TO = (
    r"(?:up to(?: and including)?|at most|max(?:imum|\.)?(?: of)?|(?:no|not) (?:more|longer|older) than|"
    r"not (?:over|exceeding)|until|till|within|≤|<=|不超过|不[大高多]于|最多|至多|小于(?:等于|或等于))"
)
_OR_LESS = (
    r"(?: (?:or|and) (?:less|fewer|under|below|(?:young|short|light|small|low)er)\b|"
    r" ?\(?[含及或]?\)?(?:以[下内前]|之内|内))"
)
_OR_MORE = (
    r"(?: (?:or|and) (?:more|over|above|up\b|upwards|(?:old|long|heavi|lat|larg|tall|great|high)er)|"
    r" ?(?:up|on)wards?\b| ?plus\b| ?\+| ?\(?[含及或]?\)?(?:以[上后]|起))"
)
_TWO = re.compile(
    rf"(?:(?P<over>{_OVER})|{_FROM})? ?{MARK}(?:{_OR_MORE})?"
    rf"(?: ?(?:-|–|—|~|to(?: under)?|and|until|through|up to|[至到且但和与])|,? ?(?:but )?(?={_UNDER}|{_UP_TO}))"
    rf" ?(?:(?P<under>{_UNDER})|{_UP_TO})? ?{MARK}(?:{_OR_LESS})?"
)
_ONE = re.compile(
    rf"(?:(?P<over>{_OVER})|(?P<from>{_FROM})|(?P<under>{_UNDER})|(?P<up_to>{_UP_TO}))? ?{MARK}"
    rf"(?:(?P<or_less>{_OR_LESS})|(?P<or_more>{_OR_MORE}))?"
)


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, without what is `open`; a `point` where one amount is meant. `unit` is the finer one of
    its ends, None of bare numbers, behind which comes `tail`.
    """

    low: float
    high: float
    unit: Unit | None
    low_open: bool = False
    high_open: bool = False
    point: bool = False
    tail: str = ""
    may_be_none: bool = False
    also: "Range | None" = None

    @property
    def turns(self) -> bool:
        """Whether it goes over the end of the year."""
        return self.low > self.high

    def holds(self, other: "Range") -> bool:
        """Whether all of the other one lies within."""
        if self.turns and not other.turns:
            return any(one.holds(other) for one in self._halves())
        begins = other.low > self.low or (other.low == self.low and (not self.low_open or other.low_open))
        ends = other.high < self.high or (other.high == self.high and (not self.high_open or other.high_open))
        return begins and ends

    def meets(self, other: "Range") -> bool:
        """Whether they have some in common."""
        if self.turns and not other.turns:
            return any(one.meets(other) for one in self._halves())
        low, high = max(self.low, other.low), min(self.high, other.high)
        open_there = any(
            (one.low == low and one.low_open) or (one.high == high and one.high_open) for one in (self, other)
        )
        return low < high or (low == high and not open_there)

    def as_unit(self, unit: Unit) -> "Range":
        """Of bare numbers, as what their column counts."""
        ends = Amount(self.low, self.high, None).as_unit(unit)
        return replace(self, low=ends.low, high=ends.high, unit=unit)

    def _halves(self) -> tuple["Range", "Range"]:
        return replace(self, high=math.inf), replace(self, low=-math.inf)


def ranges_in(text: str) -> list[Range]:
    """All that a text names, single amounts among them."""
    plain, amounts = marked(folded(text))
    found: list[Range] = []
    at = first = 0
    while match := _ONE.search(plain, at):
        two = _TWO.search(plain, at)
        one = _between(two, *amounts[first : first + 2]) if two and two.start() <= match.start() else None
        if one is None or two is None:
            found.append(_bounded(match, amounts[first]))
            at, first = match.end(), first + 1
        else:
            found.append(one)
            at, first = two.end(), first + 2
    return found


def range_of(text: str) -> Range | None:
    """What a text names that names one alone."""
    found = ranges_in(text)
    return found[0] if len(found) == 1 else None


def _between(match: re.Match[str], low: Amount, high: Amount) -> Range | None:
    if low.unit is None and high.unit is not None and high.unit.kind == "date" and high.low == high.high:
        month = high.low - high.low % 32  # "1–15 March"
        low = replace(low, low=month + low.low, high=month + low.low, unit=high.unit)
    elif low.unit is None and high.unit is not None:
        low = low.as_unit(high.unit)
    elif high.unit is None and low.unit is not None:
        high = high.as_unit(low.unit)
    if (low.unit and low.unit.kind) != (high.unit and high.unit.kind):
        return None
    if low.low > high.high and not (low.unit and low.unit.kind == "date"):
        return None
    unit = min(low.unit, high.unit, key=lambda unit: unit.size) if low.unit and high.unit else None
    return Range(low.low, high.high, unit, bool(match["over"]), bool(match["under"]), tail=high.tail)


def _bounded(match: re.Match[str], one: Amount) -> Range:
    also = _bounded(match, one.as_also()) if one.also else None
    whole = Range(one.low, one.high, one.unit, tail=one.tail, may_be_none=one.may_be_none, also=also)
    if match["over"]:
        return replace(whole, low=one.high, high=math.inf, low_open=True)
    if match["from"] or match["or_more"] or one.plus:
        return replace(whole, high=math.inf)
    if match["under"]:
        return replace(whole, low=-math.inf, high=one.low, high_open=True)
    if match["up_to"] or match["or_less"]:
        return replace(whole, low=-math.inf)
    return replace(whole, point=True)
