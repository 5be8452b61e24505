"""The amounts that a text names, in whatever unit and wording: "an hour and a half", 一个半小时, "3 May"."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from .amount import DAYS, Amount
from .calendar import MONTH_NAMES
from .numbers import factor_of, number_of, year_in
from .patterns import (
    A_DATE,
    ABOUT,
    AT,
    BARE,
    BARE_REST,
    BELOW,
    COMPOSED,
    DECIMAL,
    GROUP,
    HAN_DAYS,
    IN_GROUP,
    MEASURED,
    NO_AMOUNT,
    NOUN,
    ONE,
    OTHERS,
    OTHERS_BEFORE,
    PART,
    PARTLY,
    RATE,
    REST,
    SIGN,
    SIGNED,
    TO_ANOTHER,
)
from .units import ALSO, DATE, DATED, PEOPLE, TIME, UNITS, Unit

MARK = "\ue000"  # stands for an amount
OTHER = "\ue001"  # for a number that is no amount for sure: a year, 第3天, 三五天
TOGETHER = "together"  # what a sum of people is told of
LONGEST = 400  # characters that are read
_MONTHS = [name[:3] for name in MONTH_NAMES]
_TIMES = {"m": 1e6, "mn": 1e6, "bn": 1e9}
_SMALLER = {"ft": "inch", "foot": "inch", "feet": "inch", "stone": "lb"} | dict.fromkeys(
    ("h", "hr", "hour", "hours", "小时"), "min"
)
_PARTS = {"half": 0.5, "thre": 0.75}
_AS_ADJECTIVE = {"min", "minute", "hour", "day", "week", "month", "year", "天", "小时", "分钟", "周", "年", "月"}
_AND = {"and", "with", "plus", "&", "和", "与", "、", "加", "跟", "带"}
_WITH_DECIMALS = {"米", "块", "元"}


_Read = tuple[Amount | None, int]  # none where it is doubtful, and up to where
_QUARTERS = {"¼": 0.25, "½": 0.5, "¾": 0.75}
_WITH_QUARTERS = re.compile(r"(?:(\d+) ?)?([¼½¾])")
_CAPITAL = re.compile(r"(?<=\d)[GM](?![A-Za-z²³])")  # 5G is no weight
_NEXT_YEAR = re.compile(r"(?:次年|翌年|来年|当年|同年)(?=[\d一二三四五六七八九十])")


def folded(text: str) -> str:
    """Case, width and signs as the patterns have them."""
    text = re.sub(f"[{MARK}{OTHER}]", " ", text[:LONGEST])
    text = _WITH_QUARTERS.sub(lambda found: str(float(found[1] or 0) + _QUARTERS[found[2]]), text)
    plain = _CAPITAL.sub("gm", unicodedata.normalize("NFKC", text))
    return " ".join(_NEXT_YEAR.sub("", plain.casefold().replace("¥", "¥")).split())


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
        one, end = read(match)
        before = text[at : match.start()]
        behind_another = bool(pieces) and pieces[-1].endswith(MARK)
        sign = SIGN.search(before)
        if sign and (sign["words"] or not behind_another or before[: sign.start()].strip()):
            before = before[: sign.start()]
            if sign["words"] and TO_ANOTHER.match(text, end):
                return "".join([*pieces, before, OTHER]), found
            one = one.below_zero() if one else None
        if one and one.unit == PEOPLE and pieces and pieces[-1] == OTHER and before.strip() in _AND:
            one = None  # the rest of a group that is not told as one number
        if one:
            found.append(one)
        pieces += [before, MARK if one else OTHER]
        at = end


def _date(match: re.Match[str]) -> _Read:
    if match["iso"]:
        year, month, in_month = (int(one) for one in re.findall(r"\d+", match["iso"]))
        exists = 1 <= month <= len(MONTH_NAMES) and 1 <= in_month < DAYS
        return (_in_year(_day(month, in_month), year) if exists else None), match.end()
    name = match["month"] or match["month_"] or match["alone"]
    month_of = _MONTHS.index(name[:3]) + 1 if name else number_of(match["zh"])
    day = match["day"] or match["day_"] or match["zh_day"]
    day_of = number_of(re.sub("[a-z]", "", day)) if day else None
    if month_of is None or (day and day_of is None):
        return None, match.end()
    that = Amount(month_of, month_of, None).as_unit(DATE) if day_of is None else _day(month_of, day_of)
    year_of = match["year"] or match["zh_year"]
    return (_in_year(that, year_in(year_of)) if year_of else that), match.end()


def _day(month: float, in_month: float) -> Amount:
    that = month * DAYS + in_month
    return Amount(that, that, DATE)


def _in_year(date: Amount, year: int) -> Amount:
    """A date of that year, and of any."""
    return replace(date.later(year), unit=DATED, also=DATE)


def _none(match: re.Match[str]) -> _Read:
    return None, match.end()


def _signed(match: re.Match[str]) -> _Read:
    number = number_of(match["number"])
    if number is None:
        return None, match.end()
    factor = _TIMES.get(match["times"], 1)
    one = _of(number * factor, match["unit"])
    return replace(one, factor=factor * factor_of(match["number"])), match.end()


def _part(match: re.Match[str]) -> _Read:
    part = _PARTS.get(match["part"][:4], 0.25) if match["part"] else 0.5
    if match["above"]:
        part = int(match["whole"] or 0) + int(match["above"]) / int(match["below"])
    return _of(part, match["unit"] or match["zh"]), match.end()


def _one(match: re.Match[str]) -> _Read:
    if RATE.search(match.string, 0, match.start()):
        return None, match.end()
    return _with_rest(match, _of(1.5 if match["half"] else 1, match["unit"]))


def _together(match: re.Match[str]) -> _Read:
    """How many a group is whose people are told kind by kind; where it may have more of them, that is doubtful."""
    if OTHERS.match(match.string, match.end()) or PARTLY.search(match.string, 0, match.start()):
        return None, match.end()
    counts = [1 if one[0] in ("a", "an") else number_of(one[0]) for one in IN_GROUP.finditer(match[0])]
    people = sum(count or 0 for count in counts)
    return (replace(_of(people, "people"), of=TOGETHER) if all(counts) else None), match.end()


def _composed(match: re.Match[str]) -> _Read:
    """2h30, "2:30 hours": one without a word for the minutes may be a time of day."""
    hours, minutes = match["hours"] or match["hours_"], match["minutes"] or match["minutes_"]
    by_itself = len(hours) == 1 and len(minutes) > 1 and not AT.search(match.string, 0, match.start())
    sure = by_itself or match["word"]
    return (_of(60 * int(hours) + int(minutes), "min") if sure else None), match.end()


def _measured(match: re.Match[str]) -> _Read:
    number, unit, end = number_of(match["number"]), match["unit"], match.end()
    if number is None or _is_doubtful(match):
        return None, end
    if unit == "s" and not match["gap"] and "." not in match["number"]:  # "the over 65s"
        unit = "year-old"
    if match["half_before"] or match["half_within"] or match["half"]:
        number += 0.5
    whole = replace(_of(number, unit), factor=factor_of(match["number"]), head=_head(match))
    if below := BELOW.match(match.string, end):
        return whole.below_zero(), below.end()
    if match["plus"]:
        return replace(whole, plus=not match["minus"], minus=bool(match["minus"])), end
    adjective = unit in _AS_ADJECTIVE and (number != 1 or match["gap"] == "-")
    if adjective and (noun := NOUN.match(match.string, end)):
        return replace(whole, of=noun["en"] or noun["zh"]), end
    return _with_rest(match, whole)


def _is_doubtful(match: re.Match[str]) -> bool:
    """两个多小时, 三岁多, "2 adults and a child" and a rate are not exact; 3日 may be a date, "80s" a size."""
    text, unit = match.string, match["unit"]
    if match["about"] or ABOUT.match(text, match.end()):
        return True
    if match["number"] == "一" and RATE.search(text, 0, match.start()):
        return True
    if UNITS[unit] == PEOPLE and (OTHERS.match(text, match.end()) or OTHERS_BEFORE.search(text, 0, match.start())):
        return True
    if unit == "日":
        return HAN_DAYS.match(text, match.end()) is None
    by_age = re.search(r"(?:over|under)[ -]$", text[: match.start()])
    return unit == "s" and not match["gap"] and "." not in match["number"] and not by_age


def _with_rest(match: re.Match[str], whole: Amount) -> _Read:
    """With what follows of a smaller unit."""
    end = match.end()
    rest = REST.match(match.string, end)
    if whole.unit is None or match["half"]:
        return whole, end
    if rest is None:
        return _with_bare_rest(match, whole, whole.unit)
    if rest["unit"] == "分" and whole.unit.kind != TIME:
        return None, rest.end()
    rest_unit = UNITS["分钟" if rest["unit"] == "分" else rest["unit"]]
    if rest_unit.kind != whole.unit.kind or rest_unit.size >= whole.unit.size:
        return whole, end
    number = number_of(rest["number"])
    return None if number is None else _more(whole, number * rest_unit.size), rest.end()


def _with_bare_rest(match: re.Match[str], whole: Amount, unit: Unit) -> _Read:
    """With a number that tells of no unit: 1米3, "6 ft 2". Any other right behind a unit is doubtful."""
    text, end, word = match.string, match.end(), match["unit"]
    if word in _WITH_DECIMALS and (decimal := DECIMAL.match(text, end)):
        digits = (one if one.isascii() else f"{number_of(one):.0f}" for one in decimal["digits"])
        return _more(whole, float("0." + "".join(digits)) * unit.size), decimal.end()
    if word in _SMALLER and (bare := BARE_REST.match(text, end)):
        rest = int(bare["digits"]) * UNITS[_SMALLER[word]].size
        return _more(whole, rest) if rest < unit.size else None, bare.end()
    follows = re.compile(r"\d+").match(text, end)
    return (None, follows.end()) if follows else (whole, end)


def _more(whole: Amount, rest: float) -> Amount:
    return replace(whole, low=whole.low + rest, high=whole.high + rest)


def _of(number: float, unit: str) -> Amount:
    size = UNITS[unit]
    return Amount(number * size.size, number * size.size, size, also=ALSO.get(unit))


def _bare(match: re.Match[str]) -> _Read:
    number = number_of(match["number"])
    if number is None or match["about"]:
        return None, match.end()
    number += 0.5 if match["half"] else 0
    tail = match.string[match.end() : match.end() + 24]
    plus = bool(match["plus"])
    return Amount(number, number, None, _head(match), tail, plus, factor=factor_of(match["number"])), match.end()


def _head(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 40) : match.start()]


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Read]], ...] = (
    (A_DATE, _date),
    (NO_AMOUNT, _none),
    (SIGNED, _signed),
    (PART, _part),
    (COMPOSED, _composed),
    (GROUP, _together),
    (ONE, _one),
    (MEASURED, _measured),
    (BARE, _bare),
)
