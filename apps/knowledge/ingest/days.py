"""A day before its month at the beginning of a line ("24. December"), which looks like an item of a list."""

import re

_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|ma[iy]|jun[ei]?|jul[iy]?|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b"
)
_ENDS = r"\s*(?:[,:：，]|$|\d{4}\b|[-–—]\s*\d)|\s+(?:to|till|until|through|bis)\s+\d"
_DAY = re.compile(rf"\s*(?:0?[1-9]|[12]\d|3[01])\.\s+{_MONTH}", re.I)
_SURE = re.compile(rf"{_DAY.pattern}\.?(?:{_ENDS})", re.I)


def may_be_day(text: str) -> bool:
    """Whether a number stands before a month, or a verb that is called as one: "3. March on"."""
    return _DAY.match(text) is not None


def is_day(text: str) -> bool:
    """Whether what follows the month says so, too: a year, a comma, a colon, a span of days, or nothing."""
    return _SURE.match(text) is not None
