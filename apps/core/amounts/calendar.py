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
_BEHIND_DAY = "(?<=[周期拜][一二三四五六日天])"
_MINUTES = r"[零〇一二三四五]?十?[一二三四五六七八九十]分"
# 一点 alone is "a little", and 两点 may be two points of a list.
_HAN_HOUR = (
    rf"(?:(?:(?<=[午夜晨晚早上])|{_BEHIND_DAY})一点(?!点)|"
    rf"一点(?=半(?!点)|钟|整|[一二三]刻|{_MINUTES}|[到至–~-] ?[\d一二两三四五六七八九十])|"
    rf"(?:(?<![{HAN_NUMERALS}])|{_BEHIND_DAY})(?<![第这那有意说列])(?<!以[下上])"
    r"(?:二十[一二三四]?|十[一二三四五六七八九]?|[零〇两二三四五六七八九])点(?![：:]|之间|建议|要求|说明|注意|意见))"
)
CLOCK = rf"(?:\d{{1,2}}[:：]\d\d|\d ?[ap]\.?m\b|o.clock\b|\d{{1,2}} ?[点时]|{_HAN_HOUR})"
