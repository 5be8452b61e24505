"""What a bare number counts, by the words around it: "my son is 7" is an age, "room 7" and "at 7" are none. Only
what is sure counts.
"""

import re

from .ranges import Range

_OLDEST, _MOST_PEOPLE = 120, 999
_PERSON = (
    r"(?:son|daughter|child|kid|boy|girl|baby|toddler|infant|teenager|pupil|student|adult|man|woman|person|"
    r"someone|somebody|anyone|pensioner|senior|brother|sister|nephew|niece|grand(?:son|daughter|child|mother|father|"
    r"ma|pa)|mother|father|mum|mom|dad|wife|husband|partner|friend|dog|cat|puppy)"
)
_AGED = re.compile(
    rf"(?:(?<![a-z])(?:(?:he|she|who|{_PERSON}(?: [a-z]+)?)(?: is|['’]s| was| turns| turned)|i(?: am|['’]m)|"
    rf"aged?(?: of| is)?|turns|turning|turned|{_PERSON}(?: of|,|:| \()?)(?: (?:now|just|already|only|almost))?|"
    r"(?:年龄|今年|我|他|她|孩子|儿子|女儿|小孩|宝宝)(?:是|才|刚|已经|快|满|都|今年)*) ?$"
)
_GROUP = re.compile(
    r"(?:(?<![a-z])(?:(?:party|group|class|family|team|crew) (?:of|size|with)|(?:we|there)(?: are| will be|['’]re)|"
    r"(?:table|room|tour|boat|seats?|space|places?|hall) for)|(?:我们|一共|总共|共)(?:有|是)?) ?$"
)
# What a bare number counts stands right behind it: "2 dogs", 3只猫, not "7, what …" or "60 how much".
_NOUN = re.compile(
    r"[ -]?(?!(?:and|or|how|what|when|which|is|are|do|does|did|can|could|will|would|should|to|in|on|at|for|if|of"
    r"|the|today|now|already|this|next|who|with|from|by|please|pay|pays|get|gets)\b|[了的，])[a-z\u3400-\u9fff]"
)
_OF_THINGS = re.compile(
    r"(?:^|[,;:.?!，。？！] ?|(?<![a-z])(?:quantity|qty|order(?:ed|ing)?|buy(?:ing)?|print(?:ing|ed)?|take|need|"
    r"want|get|have|for|of|do|does|are|is|about|with|at least|up to|over|under|than|will|would|cost|"
    r"copies|the|these|my) |"
    r"(?:买|要|印|订|定|做|拿|购|采购|订购|数量|需要|印刷|打印|的|是|有|共)(?:了|满|够|到)?)$"
)
# 12号 and 3楼 are names.
_NAMED_SO = re.compile(r" ?(?![多的要怎是需能可吗呢每以])[\u3400-\u9fff]")
_ANY_TIME = re.compile(
    r"\b(?:duration|length|time|period|hours?|days?|weeks?|months?|stay|term|validity|how long)\b|"
    r"时长|时间|期限|天数|年限|时段|月数|周期"
)


def is_of_age(named: Range) -> bool:
    """Whether a length of time is one that somebody lived: "a baby of 18 months"."""
    return _AGED.search(named.head) is not None


def is_age(named: Range) -> bool:
    return 0 < named.low <= _OLDEST and not _NOUN.match(named.tail) and _AGED.search(named.head) is not None


def is_of_people(named: Range) -> bool:
    alone = not _NOUN.match(named.tail)
    return 0 < named.low <= _MOST_PEOPLE and alone and _GROUP.search(named.head) is not None


def is_of_things(named: Range) -> bool:
    return named.low > 0 and _OF_THINGS.search(named.head) is not None and not _NAMED_SO.match(named.tail)


def measures_anything(column: str) -> bool:
    """Whether a column has the length of just what its rows are about, as "Duration"."""
    return _ANY_TIME.search(column) is not None
