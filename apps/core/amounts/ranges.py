"""Ranges of amounts, as tables are keyed by them: "15–29 minutes", 2公斤以上, "up to 2 kg", "1 Jan – 31 Mar"."""

import math
import re
from dataclasses import dataclass, replace

from .amount import DAYS, YEAR_OF_DAYS, Amount
from .reading import MARK, OTHER, folded, marked
from .units import DATE, DATED, Unit

EXCLUDED = "\ue002"  # behind an amount that is not part of its range

_OVER = (
    r"(?:over|above|more than|exceeding|(?:long|old|heavi|great|larg|high|lat|tall)er than|after|>(?!=)|超过|"
    r"大于(?!等|或)|高于|多于|超出|逾)"
)
_FROM = (
    r"(?:from|between|介于|在|at least|min(?:imum|\.)?(?: of)?|(?:not|no) less than|starting (?:at|from)|≥|>=|满|"
    r"至少|不[少低小]于|大于(?:等于|或等于)|从|自)"
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
    r" ?\(?[含及或]?\)?(?:以[下内]|之内|内))"
)
_OR_MORE = (
    r"(?: (?:or|and) (?:more|over|above|up\b|upwards|(?:old|long|heavi|lat|larg|tall|great|high)er)|"
    r" ?(?:up|on)wards?\b| ?plus\b| ?\+| ?\(?[含及或]?\)?(?:以上|起))"
)
# Behind a date or an age, which may be meant as well: 5月31日前.
_BEFORE = r"(?: ?(?:以前|之前|前))"
_AFTER = r"(?: ?(?:以后|之后|后))"
_TWO = re.compile(
    rf"(?:(?P<over>{_OVER})|(?P<from>{_FROM}))? ?{MARK}(?P<not_first>{EXCLUDED})?(?P<or_more>{_OR_MORE})?"
    rf"(?:-? ?(?:(?P<joint>and|[和与但])|(?P<or>or|[或、])|-|–|—|~|to|until|through|up to|[至到且])"
    rf"|,? ?(?:but )?(?={_UNDER}|{_UP_TO})|(?P<none>))"
    rf" ?(?:(?P<under>{_UNDER})|(?P<up_to>{_UP_TO}))? ?{MARK}(?P<not_last>{EXCLUDED})?(?P<or_less>{_OR_LESS})?"
)
_CHAIN = re.compile(rf"{MARK} ?(?P<over>[<≤]=?) ?[a-z\u3400-\u9fff]{{1,12}} ?(?P<under>[<≤]=?) ?{MARK}")
_ONE = re.compile(
    rf"(?:(?P<over>{_OVER})|(?P<from>{_FROM})|(?P<under>{_UNDER})|(?P<up_to>{_UP_TO}))? ?{MARK}(?P<not>{EXCLUDED})?"
    rf"(?:(?P<or_less>{_OR_LESS})|(?P<or_more>{_OR_MORE})|(?P<before>{_BEFORE})|(?P<after>{_AFTER}))?"
    rf"(?P<not_>{EXCLUDED})?"
)
_INCLUDED = re.compile(r" ?\((?:含[^)]{0,8}|inclusive|incl\.?)\)|(?<=\d) (?:inclusive|incl\.)(?= |$)")
_NOT_INCLUDED = re.compile(r" ?\((?:不含[^)]{0,8}|exclusive|excl\.?)\)")


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, without what is `open`; a `point` where one amount is meant. `unit` is the finer one of
    its ends, None of bare numbers, between `head` and `tail`. `of` as in "a 3-day course".
    """

    low: float
    high: float
    unit: Unit | None
    low_open: bool = False
    high_open: bool = False
    point: bool = False
    head: str = ""
    tail: str = ""
    of: str = ""
    also: "Range | None" = None

    @property
    def turns(self) -> bool:
        """Whether it goes over the end of the year."""
        return self.low > self.high

    def holds(self, other: "Range") -> bool:
        """Whether all of the other one lies within."""
        if self.turns and not other.turns:
            return any(one.holds(other) for one in self._halves())
        if other.turns and not self.turns:
            return False
        begins = other.low > self.low or (other.low == self.low and (not self.low_open or other.low_open))
        ends = other.high < self.high or (other.high == self.high and (not self.high_open or other.high_open))
        return begins and ends

    def meets(self, other: "Range") -> bool:
        """Whether they have some in common."""
        if self.turns != other.turns:
            turning, plain = (self, other) if self.turns else (other, self)
            return any(one.meets(plain) for one in turning._halves())
        if self.turns:
            return True
        low, high = max(self.low, other.low), min(self.high, other.high)
        open_there = any(
            (one.low == low and one.low_open) or (one.high == high and one.high_open) for one in (self, other)
        )
        return low < high or (low == high and not open_there)

    def as_unit(self, unit: Unit) -> "Range":
        """Of bare numbers, as what their column counts."""
        ends = Amount(self.low, self.high, None).as_unit(unit)
        return replace(self, low=ends.low, high=ends.high, unit=unit)

    def in_year(self, year: float) -> "Range":
        """Of dates that were told without one."""
        return replace(self, low=self.low + year * YEAR_OF_DAYS, high=self.high + year * YEAR_OF_DAYS, unit=DATED)

    def _halves(self) -> tuple["Range", "Range"]:
        return replace(self, high=math.inf), replace(self, low=-math.inf)


def ranges_in(text: str) -> list[Range]:
    """All that a text names, single amounts among them."""
    return _read(text)[0]


def range_of(text: str) -> Range | None:
    """What a text names that names one alone, and nothing that is not understood."""
    return range_and_rest(text)[0]


def range_and_rest(text: str) -> tuple[Range | None, str]:
    """The same, and what stands beside it."""
    found, rest = _read(text)
    return (found[0] if len(found) == 1 and OTHER not in rest else None), rest


def _read(text: str) -> tuple[list[Range], str]:
    """All ranges, and the text without them."""
    plain, amounts = marked(_NOT_INCLUDED.sub(EXCLUDED, _INCLUDED.sub("", folded(text))))
    found: list[Range] = []
    rest: list[str] = []
    at = first = 0
    while match := _ONE.search(plain, at):
        twos = [two for two in (_CHAIN.search(plain, at), _TWO.search(plain, at)) if two]
        two = min((two for two in twos if two.start() <= match.start()), key=lambda one: one.start(), default=None)
        one = _between(two, *amounts[first : first + 2]) if two else None
        used = two if one and two else match
        if two and one is None:
            amounts[first] = _alike(two, *amounts[first : first + 2])
        found.append(one or _bounded(match, amounts[first]))
        rest.append(plain[at : used.start()])
        at, first = used.end(), first + (2 if one else 1)
    return found, "".join([*rest, plain[at:]])


def _between(match: re.Match[str], low: Amount, high: Amount) -> Range | None:
    chained = match.re is _CHAIN
    if not chained and not _joins(match):
        return None
    if low.unit is None and high.unit in (DATE, DATED) and high.low == high.high:
        month = high.low - high.low % DAYS  # "1–15 March"
        low = replace(low, low=month + low.low, high=month + low.low, unit=high.unit, also=high.also)
    elif low.unit is None and high.unit is not None:
        low = low.as_unit(high.unit)
        if low.factor == 1 < high.factor and low.low < high.low / high.factor:  # 1–5万元
            low = replace(low, low=low.low * high.factor, high=low.high * high.factor)
    elif high.unit is None and low.unit is not None:
        high = high.as_unit(low.unit)
        if low.factor == 1 < high.factor:  # "£1–5k" may be one pound
            return None
    low, high = _in_their_years(low, high)
    if (low.unit and low.unit.kind) != (high.unit and high.unit.kind):
        return None
    if low.low > high.high and low.unit != DATE:
        return None
    unit = min(low.unit, high.unit, key=lambda unit: unit.size) if low.unit and high.unit else None
    if chained:
        low_open, high_open = match["over"] == "<", match["under"] == "<"
    else:
        low_open, high_open = bool(match["over"] or match["not_first"]), bool(match["under"] or match["not_last"])
    without_years = low.also == high.also == DATE and high.high - low.low < YEAR_OF_DAYS
    also = _between(match, low.as_also(), high.as_also()) if without_years else None
    return Range(low.low, high.high, unit, low_open, high_open, head=low.head, tail=high.tail, also=also)


def _in_their_years(low: Amount, high: Amount) -> tuple[Amount, Amount]:
    """Two dates of which one has no year: it is the next one that comes, or the last one before."""
    if (low.unit, high.unit) == (DATE, DATED):
        begins = low.later(high.low // YEAR_OF_DAYS)
        return replace(begins if begins.low <= high.high else begins.later(-1), unit=DATED, also=DATE), high
    if (low.unit, high.unit) == (DATED, DATE):
        ends = high.later(low.low // YEAR_OF_DAYS)
        return low, replace(ends if ends.high >= low.low else ends.later(1), unit=DATED, also=DATE)
    return low, high


def _alike(match: re.Match[str], one: Amount, other: Amount) -> Amount:
    """One of two that are no range as what the other counts: "my 3- and 5-year-olds"."""
    listed = match.re is _TWO and (match["joint"] or match["or"])
    return one.as_unit(other.unit) if listed and one.unit is None and other.unit else one


def _joins(match: re.Match[str]) -> bool:
    """Whether what stands between two amounts makes one range of them: "2 adults and 3 children" are none."""
    if match["or"]:
        return False
    bounded = match["over"] or match["from"] or match["under"] or match["up_to"] or match["or_more"]
    if match["none"] is not None:
        return bool(match["or_more"] and match["or_less"])  # 5年以上10年以下
    return bool(bounded) if match["joint"] else True


def _bounded(match: re.Match[str], one: Amount) -> Range:
    also = _bounded(match, one.as_also()) if one.also else None
    whole = Range(one.low, one.high, one.unit, head=one.head, tail=one.tail, of=one.of, also=also)
    without = bool(match["not"] or match["not_"])
    in_time = one.unit in (DATE, DATED) or (one.unit is not None and one.unit.of_age)  # 5年前 is "5 years ago"
    if match["over"]:
        return replace(whole, low=one.high, high=math.inf, low_open=True)
    if match["from"] or match["or_more"] or one.plus or (match["after"] and in_time):
        return replace(whole, high=math.inf, low_open=without)
    if match["under"]:
        return replace(whole, low=-math.inf, high=one.low, high_open=True)
    if match["up_to"] or match["or_less"] or one.minus or (match["before"] and in_time):
        return replace(whole, low=-math.inf, high_open=without)
    return replace(whole, point=True)
