"""Numbers that make a line a heading: 3.2, 第三章, 三、, （二）, Section 4, and 3. where it is no list's."""

import re
from dataclasses import dataclass

_HAN = "[一二三四五六七八九十百零〇]{1,5}"
_WORD = r"(?=[^\W\d_])"
_DECIMAL = re.compile(rf"(?P<first>\d{{1,2}})(?P<deeper>(?:\.\d{{1,2}}){{1,4}})\.?\s+{_WORD}")
_SINGLE = re.compile(rf"(?P<first>\d{{1,2}})(?:(?P<stop>[.．](?:\s+|(?=[\u4e00-\u9fff]))|、\s*)|\s+){_WORD}")
_NAMED = re.compile(r"(?i:chapter|section|article|part|appendix) (?:\d{1,3}|[IVXL]{1,6}|[A-H])\b")
_ROMAN = re.compile(rf"[IVX]{{1,5}}\.\s+{_WORD}")
_LETTER = re.compile(rf"[A-H]\.\s+{_WORD}")
_CHINESE = (  # from the widest part of a document to the narrowest
    re.compile(rf"第(?:{_HAN}|\d{{1,5}})(?:[章編编篇部]|部分)(?=\s|[^\W\d_])"),
    re.compile(rf"第(?:{_HAN}|\d{{1,5}})节(?=\s|[^\W\d_])"),
    re.compile(rf"第(?:{_HAN}|\d{{1,5}})条(?=\s|[^\W\d_])"),
    re.compile(rf"{_HAN}、\s*{_WORD}"),
    re.compile(rf"[(（]{_HAN}[)）]\s*{_WORD}"),
)
ANY = re.compile(
    rf"(?:\d{{1,2}}|[A-Z]|[IVX]{{1,5}})[.．、]|\d{{1,2}}(?:\.\d{{1,2}})+\s|[(（]{_HAN}[)）]|{_HAN}、|第(?:{_HAN}|\d+)[章节条]"
)


@dataclass(frozen=True)
class Number:
    """How a heading is numbered. `depth` is 1 for the widest part; of Chinese ways (`han`) their place among all,
    which says how deep only where the others are known. `first` is that of its figures; one that is `single` may
    as well be a list's, and no full stop follows a `bare` one. What is `weak` says nothing without bold letters.
    """

    depth: int
    han: bool = False
    first: int = 0
    single: bool = False
    bare: bool = False
    weak: bool = False


def number_of(text: str) -> Number | None:
    """None where no number begins the line."""
    if match := _DECIMAL.match(text):
        return Number(1 + match["deeper"].count("."), first=int(match["first"]))
    if _NAMED.match(text):
        return Number(1)
    for place, pattern in enumerate(_CHINESE):
        if pattern.match(text):
            return Number(place, han=True)
    if match := _SINGLE.match(text):
        return Number(1, first=int(match["first"]), single=True, bare=match["stop"] is None)
    if _ROMAN.match(text):
        return Number(1, weak=True)
    return Number(2, weak=True) if _LETTER.match(text) else None
