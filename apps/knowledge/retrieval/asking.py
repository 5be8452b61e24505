"""What a Chinese question asks for, and marks of it in a sentence; all in simplified characters."""

import re

from apps.core.amounts.numbers import HAN_NUMERALS

_WORD = re.compile(r"什么|甚么|为何|怎[么样]|如何|哪一?|谁|多少|多[久长高大远重]|几|何[时地人处]|何|第几|啥")
_NUMBER = rf"(?:\d[\d,.，]*|[{HAN_NUMERALS}]+)"
_UNIT = re.compile(
    r"(?:几|多少|哪一?|第几|何)(个?[年月日天号时岁世代届次名位人座条种家米里级元平公吨英分秒周期集部本章省市国县区州块层栋间所支首张"
    r"篇卷点度倍成项步场战任口艘架辆万亿])"
)


def _patterns(given: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in given.items()}


ASKS = _patterns(
    {
        "time": r"什么时候|何时|哪[一个]*[年天月日]|几[年月日]|多久|时间|年代|时期|世纪",
        "number": r"多少|几|多[大高长远重快宽深]|比例|百分",
        "person": r"谁|何人|哪位|哪[一个]*人|什么人|名字|叫",
        "place": r"哪里|哪儿|何地|何处|哪[一个]*(?:国|省|市|城|地|区|州|县)|什么地方|位于|地点|地区",
        "reason": r"为什|为何|原因|因为?什|因何",
        "way": r"怎|如何",
        "list": r"哪些|哪几|什么.{0,6}(?:内容|方面)|分别|有什",
        "name": r"哪部|哪本|哪首|叫什|叫做|名[称字]|称为",
        "meaning": r"是[什甚]么|定义|指什|什么是|意思|含义",
    }
)
HOLDS = _patterns(
    {
        "digit": r"\d",
        "date": r"\d+年|世纪|\d+月",
        "quote": r"[《〈「“]",
        "foreign_name": r"·",
        "list": r"、.*、",
        "reason": r"因为|由于|所以|因此|导致|为了|故|使得",
        "place": r"[国省市县区州镇村岛山河湖海]",
        "being": r"是|为|指|称",
        "parts": r"包括|分别|分为|有.{0,20}等|以及",
        "latin": r"[A-Za-z]{2}",
        "pronoun": r"^[他她它祂其该此这]|^[，,]?(?:后|同年|当时|之后|其中)",
        "comma": r"[，,]",
    }
)


def asking_word(question: str) -> tuple[int, int] | None:
    """Where the first word stands that makes it a question."""
    match = _WORD.search(question)
    return match.span() if match else None


def asked_unit(question: str) -> re.Pattern[str] | None:
    """Finds a number with the very unit asked for ("多少米", "哪一年"); None where none is."""
    match = _UNIT.search(question)
    return re.compile(rf"{_NUMBER}\s*[多余来几]?\s*{re.escape(match[1])}") if match else None
