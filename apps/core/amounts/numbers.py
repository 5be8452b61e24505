"""Numbers in figures and in words: "1,500", "12k", "forty-five", 三百五十, 3万5. What names no exact
one, such as 三五 or 几百, and "30.000", which is thirty or thirty thousand, is found as well and has no value.
"""

import re
from math import prod

_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: number for number, word in enumerate(_SMALL.split(), 1)}
_WORDS |= {word: 10 * number for number, word in enumerate(_TENS.split(), 2)}
_TIMES = {"couple": 2, "dozen": 12, "hundred": 100, "thousand": 1000}
_HAN = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_FACTORS = {**_HAN_TENS, "万": 10_000, "亿": 10**8, "k": 1000, "thousand": 1000, "million": 10**6, "billion": 10**9}

ENGLISH_WORDS = "|".join(sorted(_WORDS, key=len, reverse=True))
HOURS = "|".join(_SMALL.split()[:12])
FIGURES = (
    r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
    r"(?:k(?![a-z0-9])| (?:thousand|million|billion)(?![a-z])|(?:[十百千]?[万亿]|[百千])(?:\d+[百千]?)?)?"
)
IN_ENGLISH = (
    rf"(?:(?:{ENGLISH_WORDS})(?:[- ](?:{ENGLISH_WORDS}))?(?: (?:dozen|hundred|thousand)){{0,2}}|"
    r"an? (?:couple of|dozen|hundred|thousand))(?![a-z])"
)
HAN_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
IN_CHINESE = rf"(?:数(?=[十百千万]))?[{HAN_NUMERALS}几]+"
_IN_FIGURES = re.compile(
    r"(?P<figures>[\d,]+(?:\.(?P<decimals>\d+))?) ?(?P<times>[^\d]*)(?P<more>\d*)(?P<of>[百千]?)"
)
_TIMES_AT_END = re.compile(r"(?:k|hundred|thousand|million|billion|[百千万亿]+)$")
# 三五, 十七八 and 二〇一九 count nothing exactly; 万 begins no number.
_NOT_EXACT = re.compile(r"[几数]|[一二两三四五六七八九]{2}|^[万亿]|^[零〇一二两三四五六七八九]{2,}$")


def number_of(text: str) -> float | None:
    """The value of what one of these patterns found."""
    if text[0].isdigit():
        return _in_figures(text)
    return _in_english(text) if text.isascii() else _in_chinese(text)


def year_in(text: str) -> int:
    """Of four figures, or 二〇二六."""
    return int("".join(str(_HAN.get(one, one)) for one in text))


def factor_of(text: str) -> float:
    """By what a number is multiplied at its end, as are others beside it: 万 in 1–5万."""
    found = _TIMES_AT_END.search(text)
    if found is None:
        return 1
    return 100 if found[0] == "hundred" else prod(_FACTORS[one] for one in _parts(found[0]))


def _parts(times: str) -> list[str]:
    return [times] if times.isascii() else [*times]


def _in_figures(text: str) -> float | None:
    match = _IN_FIGURES.fullmatch(text)
    if match is None:
        return None
    figures, times, more = match["figures"], match["times"], match["more"]
    if len(match["decimals"] or "") == 3 and "," not in figures and not figures.startswith("0."):
        return None
    factor = prod(_FACTORS[one] for one in _parts(times)) if times else 1
    number = float(figures.replace(",", "")) * factor
    if not more:
        return number
    if match["of"]:
        rest = int(more) * _HAN_TENS[match["of"]]
        return number + rest if rest < factor else None
    if len(more) == 1:
        return number + int(more) * factor / 10
    return number + int(more) if factor == 10 ** len(more) else None


def _in_english(text: str) -> float:
    total = 0
    for word in re.findall(r"[a-z]+", text):
        if word in _WORDS:
            total += _WORDS[word]
        elif word in _TIMES:
            total = max(total, 1) * _TIMES[word]
    return total


def _in_chinese(text: str) -> float | None:
    if _NOT_EXACT.search(text):
        return None
    total = section = digit = 0
    for sign in text:
        if sign in "万亿":
            total, section, digit = (total + section + digit) * _FACTORS[sign], 0, 0
        elif sign in _HAN_TENS:
            section += (digit or 1) * _HAN_TENS[sign]
            digit = 0
        else:
            digit = _HAN[sign]
    if digit and text[-2:-1] in {*"百千万"}:  # 两千五
        digit *= _FACTORS[text[-2]] // 10
    return total + section + digit
