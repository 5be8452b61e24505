"""Patterns of sums of money in a text as it stands; who looks for them minds no case."""

from .numbers import HAN_NUMERALS
from .units import CURRENCIES, SIGNS, in_chinese, in_english

ANY_SIGN = f"{SIGNS}￥"
_BEHIND = ANY_SIGN.replace("$", "")  # "PORT=8000$" is none, nor a formula
CODE = "|".join((*CURRENCIES, "rmb"))
NAME = rf"{in_english(*CURRENCIES)}|pounds?"
HAN_NAME = in_chinese(*CURRENCIES)
NUMBER = r"\d[\d,.]*+"
# 一块去 is no money, and a 五角星 none.
_FULL_HAN_NAME = in_chinese(*CURRENCIES, shortest=2)
SUM = (
    rf"(?:(?:[{ANY_SIGN}]|\b(?:{CODE})) ?{NUMBER}|{NUMBER} ?(?:(?:{NAME})\b|[{_BEHIND}]|[万亿]?(?:{HAN_NAME}))|"
    rf"[{HAN_NUMERALS}半]+(?:{_FULL_HAN_NAME}))"
)
