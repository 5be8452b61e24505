"""The amounts that a text names, in whatever unit and wording: "an hour and a half", 一个半小时, "3 May"."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from .numbers import FIGURES, IN_CHINESE, IN_ENGLISH, number_of
from .units import ALSO, DATE, SIGNS, UNIT, UNITS, Unit

MARK = "\ue000"  # stands for an amount
LONGEST = 400  # characters that are read
_DAYS = 32  # of a month, where only the order of dates matters
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_PLAIN = rf"(?:(?<![a-z0-9.,:/])(?<![a-z]-)(?:{FIGURES}|{IN_ENGLISH}))"
_NUMBER = rf"(?:{_PLAIN}|{IN_CHINESE})"
_MONTH = (
    r"(?<![a-z])(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_DAY = r"(?<!\d)\d{1,2}(?![\d:.])(?:st|nd|rd|th)?"
# "May I …" and "to march" are no months.
_ALONE = (
    rf"(?!may|mar){_MONTH}|"
    r"(?:(?<=in )|(?<=to )|(?<=from )|(?<=[–—-])|(?<=[–—-] )|^)(?:may|mar(?:ch)?)(?! i\b)(?![a-z])"
)
_DATE = re.compile(
    rf"(?P<day>{_DAY}) (?:of )?(?P<month>{_MONTH})|(?P<month_>{_MONTH}) (?P<day_>{_DAY})|(?P<alone>{_ALONE})|"
    rf"(?P<zh>\d{{1,2}}|{IN_CHINESE})月(?:(?P<zh_day>\d{{1,2}}|{IN_CHINESE})[日号]?|份?)(?![大\d])"
)
_SIGNED = re.compile(rf"(?P<unit>[{SIGNS}]) ?(?P<number>{FIGURES})")
_PART = re.compile(
    rf"(?P<part>half an?|three quarters of an|(?:a )?quarter of an)[ -](?P<unit>{UNIT})|半个?(?P<zh>{UNIT})"
)
_HALF = r" and a half|半"
# "A day ticket" is no day.
_GOES_ON = (
    r"late|early|before|after|ago|in|of|or|and|with|the|my|to|when|if|how|what|is|old|long|delay|delayed|earlier|"
    r"later|for|at|on|do|does|did"
)
_ONE = re.compile(
    rf"(?<![a-z])an? (?P<unit>(?=[a-z]){UNIT})(?P<half>{_HALF})?(?=\W*$|[.,;:?!]| (?:{_GOES_ON})(?![a-z]))"
)
_MEASURED = re.compile(
    rf"(?P<number>{_NUMBER})(?P<half_before> and a half)?(?P<plus>\+)?(?:[ -]|多?个)?(?P<half_within>半)?"
    rf"(?P<unit>{UNIT})(?:(?P<half>{_HALF})|(?: and |, |零| )?(?P<rest>{_NUMBER}) ?(?P<rest_unit>{UNIT}|分))?"
)
_MEASURES = r"[份张件本个只条台间页册套盒箱枚]"
_BARE = re.compile(
    rf"(?P<number>(?!one(?: (?!hundred|thousand|dozen)|[^ a-z-]|$)){_PLAIN}|{IN_CHINESE}(?={_MEASURES}))"
    rf"(?P<half> and a half)?(?P<plus>\+)?(?![a-z\d:]|[.,/]\d){_MEASURES}?"
)
_PARTS = {"half": 0.5, "thre": 0.75}
_RATE = re.compile(r"(?:\b(?:per|each|every|a) |[每几哪这那/第]|[钱费块元] ?)$")


@dataclass(frozen=True)
class Amount:
    """From `low` to `high`, which differ for a month; `unit` is None of a bare number, of which `tail` follows.
    `plus`: or more. It `may_be_none`, as in 多少钱一天.
    """

    low: float
    high: float
    unit: Unit | None
    tail: str = ""
    plus: bool = False
    may_be_none: bool = False
    also: Unit | None = None  # what else the word for its unit means

    def as_unit(self, unit: Unit) -> "Amount":
        """A bare number as what it counts: the unit of another one beside it, or of its column."""
        if unit.kind == DATE.kind:
            return replace(self, low=self.low * _DAYS + 1, high=self.high * _DAYS + 31, unit=DATE)
        return replace(self, low=self.low * unit.size, high=self.high * unit.size, unit=unit)

    def as_also(self) -> "Amount":
        """What it is if its unit's word means the other thing: 60 pounds are money, too."""
        if self.unit is None or self.also is None:
            return self
        bare = replace(self, low=self.low / self.unit.size, high=self.high / self.unit.size, also=None)
        return bare.as_unit(self.also)


def folded(text: str) -> str:
    """Case, width and signs as the patterns have them."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST].replace("½", " and a half").replace(MARK, " "))
    return " ".join(plain.casefold().replace("¥", "¥").split())


def marked(text: str) -> tuple[str, list[Amount]]:
    """A folded text with a mark in place of each amount, and these."""
    found: list[Amount] = []
    pieces: list[str] = []
    at = 0
    while True:
        hits = [(match, read) for pattern, read in _READERS if (match := pattern.search(text, at))]
        if not hits:
            return "".join([*pieces, text[at:]]), found
        match, read = min(hits, key=lambda hit: hit[0].start())
        found.append(read(match))
        pieces += [text[at : match.start()], MARK]
        at = match.end()


def _date(match: re.Match[str]) -> Amount:
    name = match["month"] or match["month_"] or match["alone"]
    month = _MONTHS.index(name[:3]) + 1 if name else int(number_of(match["zh"]))
    day = match["day"] or match["day_"] or match["zh_day"]
    if not day:
        return Amount(month, month, None).as_unit(DATE)
    that = month * _DAYS + number_of(re.sub("[a-z]", "", day))
    return Amount(that, that, DATE)


def _signed(match: re.Match[str]) -> Amount:
    return _of(match, number_of(match["number"]), match["unit"])


def _part(match: re.Match[str]) -> Amount:
    part = _PARTS.get(match["part"][:4], 0.25) if match["part"] else 0.5
    return _of(match, part, match["unit"] or match["zh"])


def _one(match: re.Match[str]) -> Amount:
    return replace(_of(match, 1.5 if match["half"] else 1, match["unit"]), may_be_none=True)


def _measured(match: re.Match[str]) -> Amount:
    number = number_of(match["number"])
    if match["half_before"] or match["half_within"] or match["half"]:
        number += 0.5
    whole = _of(match, number, match["unit"])
    if match["rest"]:
        rest_unit = UNITS["分钟" if match["rest_unit"] == "分" else match["rest_unit"]]
        if whole.unit is None or rest_unit.kind != whole.unit.kind or rest_unit.size >= whole.unit.size:
            return whole
        rest = number_of(match["rest"]) * rest_unit.size
        return replace(whole, low=whole.low + rest, high=whole.high + rest)
    in_han = match["number"] in {"一", "一个"} and not match["half_within"]
    return replace(whole, plus=bool(match["plus"]), may_be_none=in_han)


def _of(match: re.Match[str], number: float, unit: str) -> Amount:
    size = UNITS[unit]
    return Amount(number * size.size, number * size.size, size, also=ALSO.get(unit))


def _bare(match: re.Match[str]) -> Amount:
    number = number_of(match["number"]) + (0.5 if match["half"] else 0)
    tail = match.string[match.end() : match.end() + 24]
    return Amount(number, number, None, tail, plus=bool(match["plus"]))


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Amount]], ...] = (
    (_DATE, _date),
    (_SIGNED, _signed),
    (_PART, _part),
    (_ONE, _one),
    (_MEASURED, _measured),
    (_BARE, _bare),
)
