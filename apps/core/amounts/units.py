"""What amounts are measured in, each kind by one unit: minutes, grams, millimetres; and patterns for its words."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .numbers import HAN_NUMERALS

HOUR, DAY = 60.0, 1440.0
MONTH, YEAR = 30.4375 * DAY, 365.25 * DAY  # so that twelve months are a year
SIGNS = "£€$¥₹₩"  # of currencies, which stand before their number, too


class Unit(NamedTuple):
    """`kind` is what may be compared: each currency is one of its own. `of_age` counts the time that one lived."""

    kind: str
    size: float
    of_age: bool = False


TIME = "time"
COUNT = Unit("count", 1)
DATE = Unit("date", 1)  # of any year
DATED = Unit("dated", 1)  # with its year
PEOPLE = Unit("people", 1)
YEARS_OF_AGE = Unit("time", YEAR, of_age=True)

_WORDS: dict[Unit, str] = {
    Unit("time", 1 / 60): "s sec secs second seconds 秒 秒钟",
    Unit("time", 1): "min mins minute minutes 分钟",
    Unit("time", 15): "刻钟",
    Unit("time", HOUR): "h hr hrs hour hours 小时 钟头",
    Unit("time", DAY): "day days working_day working_days 天 日 工作日",
    Unit("time", 7 * DAY): "wk wks week weeks 周 星期 礼拜",
    Unit("time", 14 * DAY): "fortnight fortnights",
    Unit("time", MONTH): "month months 月",
    Unit("time", YEAR): "yr yrs year years 年 周年",
    Unit("time", MONTH, of_age=True): "month-old month_old months_old 月大 月龄",
    YEARS_OF_AGE: "year-old year-olds year_old year_olds years_old yrs_old 岁 周岁",
    Unit("mass", 0.001): "mg 毫克",
    Unit("mass", 1): "g gram grams 克",
    Unit("mass", 28.349523125): "oz ounce ounces 盎司",
    Unit("mass", 453.59237): "lb lbs pound pounds 磅",
    Unit("mass", 500): "斤",
    Unit("mass", 1000): "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes 公斤 千克",
    Unit("mass", 6350.29318): "stone",
    Unit("mass", 1e6): "ton tons tonne tonnes 吨",
    Unit("length", 1): "mm millimetre millimetres millimeter millimeters 毫米",
    Unit("length", 10): "cm centimetre centimetres centimeter centimeters 厘米 公分",
    Unit("length", 25.4): "inch inches 英寸",
    Unit("length", 304.8): "ft foot feet 英尺",
    Unit("length", 914.4): "yd yds yard yards",
    Unit("length", 1000): "m metre metres meter meters 米",
    Unit("length", 1e6): "km kilometre kilometres kilometer kilometers 公里 千米",
    Unit("length", 1609344): "mile miles 英里",
    Unit("area", 1): "m² m2 sqm 平方米 平米",
    Unit("volume", 1): "ml 毫升",
    Unit("volume", 1000): "l litre litres liter liters 升",
    Unit("percent", 1): "% percent",
    Unit("warmth", 1): "° °c degree degrees 度 摄氏度",
    Unit("cny", 0.1): "毛 角",
    Unit("cny", 1): "¥ 元 块 块钱 人民币 yuan rmb cny",
    Unit("gbp", 1): "£ gbp quid 英镑 镑",
    Unit("eur", 1): "€ eur euro euros 欧元",
    Unit("usd", 1): "$ usd dollar dollars 美元",
    Unit("chf", 1): "chf franc francs 瑞士法郎",
    Unit("hkd", 1): "hkd 港币 港元",
    Unit("jpy", 1): "jpy yen 日元",
    Unit("inr", 1): "₹ inr rupee rupees 卢比",
    Unit("krw", 1): "₩ krw 韩元",
    PEOPLE: "people person persons guest guests visitor visitors adult adults participant participants pupil pupils"
    " student students of_us 人 位 名",
}
UNITS = {word.replace("_", " "): unit for unit, words in _WORDS.items() for word in words.split()}
# What also counts money: "worth 80 pounds".
ALSO: dict[str, Unit] = {"pound": UNITS["£"], "pounds": UNITS["£"]}
CURRENCIES = ("cny", "gbp", "eur", "usd", "chf", "hkd", "jpy", "inr", "krw")
# Behind 块: what a sum is told of or goes on with; behind 一块, which is also "together", only what is no deed.
_OF_A_SUM = (
    rf"左右|[钱一每{HAN_NUMERALS}的以之内可能够买到至起]|[\u3400-\u9fff]{{0,3}}[费票]|[押定订租]金|而已|"
    r"(?<!一块)(?:不[到等用够找止足超含]|吧|吗|呢|啊|呀|啦|了|多(?!余)|整|封顶|包邮|退|就|都|优惠|红包)"
)
# What hundreds are counted of so.
_PIECES = "电砖板瓷地木石布糖玻饼草屏钢铁巧蛋香肥太光"
# 2块电池 are two of them, 三元素 and 三角形 no money.
_FOLLOWED = {
    "角": "(?![形度落色铁星])",
    "毛": "(?![毛巾衣皮病利])",
    "元": "(?![件素化论])",
    "块": rf"(?:(?=[^\u3400-\u9fff]|$|{_OF_A_SUM})|(?:(?<=\d\d\d块)|(?<=[百千万]块))(?![{_PIECES}]))",
}


def _pattern(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + _FOLLOWED.get(word, "") for word in longest_first)


def in_english(*kinds: str) -> str:
    """A pattern for the words of two letters or more, in lower case, but for those of ages."""
    return _pattern(word for word in _of(kinds) if len(word) > 1 and word.isascii())


def in_chinese(*kinds: str, shortest: int = 1) -> str:
    """The same in Chinese; 元 is never too short."""
    words = (word for word in _of(kinds) if not word.isascii())
    return _pattern(word for word in words if len(word) >= shortest or word == "元")


def _of(kinds: Sequence[str]) -> list[str]:
    return [word for word, unit in UNITS.items() if unit.kind in kinds and not unit.of_age and word.isalpha()]


_words = [word for word in UNITS if word not in SIGNS]
_letters, _others = (_pattern(word for word in _words if word[-1].isascii() is latin) for latin in (True, False))
# A pattern for one of them in lower case, as it stands behind its number. 周三 and 3名额 have none.
UNIT = rf"(?:(?:{_letters})(?![a-z0-9])|(?:{_others})(?![²³])|[{SIGNS}])"
_IN_NAME = re.compile(rf"[(（\[] ?(?:in )?({UNIT}) ?[)）\]]|\bin ({UNIT})|^({UNIT})$")
_OF_AGE = re.compile(r"\bage[sd]?\b|年龄|周岁|岁数")
_OF_PEOPLE = re.compile(
    r"\b(?:people|persons?|guests?|visitors|participants|group size|party size)\b|(?<!成)(?<!童)人数"
)
# What may count anything.
_OF_ANYTHING = re.compile(
    r"^(?:number|no\.|quantity|qty|amount|copies|pieces|items|units|volume|order(?: size)?|数量|份数|件数|张数|"
    r"个数|册数|印数|订购量|购买量|采购量|起订量)"
)


def unit_of_column(name: str) -> Unit:
    """In what a column counts whose cells are bare numbers, by its name in lower case."""
    if found := _IN_NAME.search(name):
        return UNITS[next(filter(None, found.groups()))]
    if _OF_AGE.search(name):
        return YEARS_OF_AGE
    return PEOPLE if counts_people(name) else COUNT


def counts_people(name: str) -> bool:
    """Whether it counts all people, of whatever age."""
    return _OF_PEOPLE.search(name) is not None


def counts_anything(name: str) -> bool:
    return _OF_ANYTHING.search(name) is not None
