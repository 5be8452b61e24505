"""What kind of thing a question asks for, and whether a sentence holds one that the question does not say.

Both in simplified characters.
"""

import re
from typing import Literal

from apps.core.amounts.calendar import MONTH_NAMES, WEEKDAY
from apps.core.amounts.numbers import ENGLISH_WORDS, HAN_NUMERALS

Kind = Literal["time", "number", "person", "place", "reason", "way"]

# The first that matches wins, so the narrower questions stand before the wider ones.
_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "time",
        re.compile(
            r"\b(?:when|what (?:year|date|day|month|century|decade|time)|which (?:year|day|month|century|decade)|"
            r"how (?:long|soon|often|old)|until what|by what date)\b"
            r"|什么时候|何时|哪一?[年天月日]|哪个年|几[年月日号点天]|多久"
            r"|多长时间|多少[年天月]|时间是|年份",
            re.I,
        ),
    ),
    (
        "number",
        re.compile(
            r"\b(?:how (?:many|much|far|big|large|tall|high|fast|loud|heavy|wide|deep)|what (?:percentage"
            r"|percent|number|amount|price|size|age|population|temperature)|costs?|price)\b"
            r"|多少|几|多[大高长重远快宽深]|百分之|比例|价格|价钱|费用|邮费|运费",
            re.I,
        ),
    ),
    ("person", re.compile(r"\b(?:who|whom|whose)\b|谁|哪位|何人|哪个人|什么人|名字", re.I)),
    (
        "place",
        re.compile(
            r"\b(?:where|what (?:city|country|state|place|location|region|town)"
            r"|which (?:city|country|state|region|town))\b"
            r"|哪里|哪儿|何地|何处|哪个?(?:国|国家|省|市|城市|地方|地区|州)|什么地方|位于",
            re.I,
        ),
    ),
    ("reason", re.compile(r"\bwhy\b|为什么|为何|何故|原因", re.I)),
    ("way", re.compile(r"\bhow (?:do|does|can|to|did|should)\b|怎么|怎样|如何", re.I)),
)
_YEAR = r"(?:1\d|20)\d\d"
_HAN_NUMBER = rf"[{HAN_NUMERALS}]+"
_HOLDS: dict[Kind, re.Pattern[str]] = {
    "time": re.compile(
        rf"\b{_YEAR}s?\b|\b\d+(?:st|nd|rd|th)? (?:century|years?|months?|weeks?|days?|hours?|minutes?|seconds?)\b"
        rf"|\b(?:{'|'.join(MONTH_NAMES)}|{WEEKDAY}|daily|weekly|monthly|annually|century|decades?|years?)\b"
        rf"|(?:\d+|{_HAN_NUMBER})\s*(?:年|月|日|号|世纪|天|小时|分钟|周|星期|点|个?月|秒)|朝|时期",
        re.I,
    ),
    "number": re.compile(
        rf"\d|\b(?:{ENGLISH_WORDS}|hundred|thousand|million|billion|half|third|quarter|dozens?|free)\b|{_HAN_NUMBER}[个位名人次座条种家年岁米公里级元]|免费",
        re.I,
    ),
    "person": re.compile(
        r"\b(?:he|she|his|her|king|queen|president|sir|lord|actors?|singers?|directors?|by)\b"
        r"|[\u4e00-\u9fff]·[\u4e00-\u9fff]|他|她|先生|女士|总统|皇帝|国王|教授|博士|将军|导演|由|爵士|王|长",
        re.I,
    ),
    "place": re.compile(
        r"\b(?:in|at|near|city|country|state|river|north|south|east|west|located|island|university|county)\b"
        r"|位于|[国省市县区州镇村岛山河湖海街路]|在",
        re.I,
    ),
    "reason": re.compile(
        r"\b(?:because|due to|since|so that|therefore|caused?|as a result|in order|led to|reason)\b"
        r"|因为|由于|所以|因此|导致|为了|原因",
        re.I,
    ),
    "way": re.compile(
        r"\b(?:by|using|through|press|tap|open|choose|click|select|via|with)\b|通过|通過|点|选择|打开|使用|利用|用|按|以",
        re.I,
    ),
}
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+(?: [A-Z][a-z]+)*")


def asked_kind(question: str) -> Kind | None:
    """None where the question names its kind only in words of its own ("which company …")."""
    return next((kind for kind, pattern in _ASKS if pattern.search(question)), None)


def holds_kind(kind: Kind, sentence: str, question: str) -> bool:
    """Whether `sentence` has something of the kind that the question does not already say."""
    known = question.lower()
    if any(match.group().lower() not in known for match in _HOLDS[kind].finditer(sentence)):
        return True
    return kind in {"person", "place"} and any(m.group().lower() not in known for m in _NAME.finditer(sentence))
