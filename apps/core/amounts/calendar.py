"""Patterns of months, days of the week and times of day. English ones are in lower case: who looks for them in a
text as it stands minds no case.
"""

from .numbers import HAN_NUMERALS

MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ALSO_SHORT = {"june": "june?", "july": "july?", "september": "sept?(?:ember)?"}
MONTH = "|".join(
    _ALSO_SHORT.get(name, f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name) for name in MONTH_NAMES
)
WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
SHORT_WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
HAN_WEEKDAY = "(?:周|星期|礼拜)[一二三四五六日天]"
# 一点 alone is "a little".
_HAN_HOUR = f"(?:(?<=[午晨晚上])一|(?<![{HAN_NUMERALS}])(?:二?十[一二三四]?|[两二三四五六七八九]))"
CLOCK = rf"(?:\d{{1,2}}[:：]\d\d|\d ?[ap]\.?m\b|o.clock\b|\d{{1,2}} ?[点时]|{_HAN_HOUR}点)"
