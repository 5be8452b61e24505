"""Numbers in figures and in words: "1,500", "forty-five", 三百五十."""

import re

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

_word = "|".join(sorted(_WORDS, key=len, reverse=True))
FIGURES = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?万?"
IN_ENGLISH = (
    rf"(?:(?:{_word})(?:[- ](?:{_word}))?(?: (?:dozen|hundred|thousand)){{0,2}}|"
    r"an? (?:couple of|dozen|hundred|thousand))(?![a-z])"
)
IN_CHINESE = r"[零〇一二两三四五六七八九十百千万]+"


def number_of(text: str) -> float:
    """The value of what one of these patterns found."""
    if text[0].isdigit():
        return float(text.rstrip("万").replace(",", "")) * (10_000 if text.endswith("万") else 1)
    return _in_english(text) if text.isascii() else _in_chinese(text)


def _in_english(text: str) -> float:
    total = 0
    for word in re.findall(r"[a-z]+", text):
        if word in _WORDS:
            total += _WORDS[word]
        elif word in _TIMES:
            total = max(total, 1) * _TIMES[word]
    return total


def _in_chinese(text: str) -> float:
    total = section = digit = 0
    for sign in text:
        if sign == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        elif sign in _HAN_TENS:
            section += (digit or 1) * _HAN_TENS[sign]
            digit = 0
        else:
            digit = _HAN[sign]
    return total + section + digit
