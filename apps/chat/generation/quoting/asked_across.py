"""Whether a question asks which rows of a table have something in one of its columns ("Who works on Saturday?",
哪些房间有插座). Only where nothing in it may turn that round, or mean fewer rows: in doubt it does not.
"""

import re
from collections.abc import Iterable

from apps.core.language import Language
from apps.core.stems import stem

from .column_names import QUALIFYING

# Asks which rows there are, not when or how much one of them says; "my son, who is 7" asks nothing.
_WHICH: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:and|so|please|ok|okay|hi|hello|hey)\W+)*"
        r"(?:(?:(?:can|could) you )?(?:please )?tell me |(?:do you|i (?:want|need|would like) to) know )?"
        r"(?:on \w+,? )?(?:who\b(?!\s+\w+ (?:i|we)\b)|which (?!day|time|date|hour))",
        re.I,
    ),
    "zh": re.compile(r".*(?:谁(?!都)|哪(?:一?[位个些种家款间台门类]|几[位个种家款间台门类])(?![天周月年小时]))"),
}
# Turns round which rows are meant, or leaves some of them out.
_NOT_ALL: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:no|not|non|never|none|neither|nor|without|free|cannot|except\w*|exclud\w+|but|besides|apart|other|"
        r"else|instead|unless|off|out|closed?|shut|away|absent|missing|lack\w*|avoid\w*|un\w+|\w+n[’']t|"
        r"(?:do|does|did|is|are|was|were|has|have|had|ca|wo|would|could|should)nt|"
        r"safe|allerg\w*|intoleran\w*|busy|booked|full|taken|sold|leave|holidays?|vacation|sick|vacant|empty|"
        r"most|least|best|worst|fewest|\w{3,}est|more|less|fewer|than|only|just|alone|always|and|or|if|when|"
        r"before|after|till|from|to|through|between|later|earlier|over|under|above|below|early|late|"
        r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|"
        r"skip\w*|miss\w*|refus\w*|declin\w*|reject\w*|quits?|hat\w+|hardly|barely|scarcely|rarely|seldom|ill|"
        r"excused|cancel\w*|closing|rest|rests|home|broken|stop\w*|"
        r"mornings?|noon|midday|afternoons?|evenings?|nights?|tonight|today|tomorrow|now|"
        r"first|second|third|fourth|fifth|ground|upper|lower|top|last)\b|\d",
        re.I,
    ),
    "zh": re.compile(
        r"[不没未非勿除停休闭缺满免禁忌避防怕占忙最更比只仅早晚夜和或与及到至第旷歇离推辞拒少坏别去\d]|无(?!线)|空(?!调)|过敏|关[门店闭着]|打烊|取消|下班|[请放]假|"
        r"以[上下前后内外]|之[前后]|超过|[上下中]午|今天|明天|现在|[一二两三四五六七八九十][楼层点号]|如果|要是|时候"
    ),
}
_TURNED = re.compile(  # a column that says what is missing
    r"\b(?:no|not|non|never|without|except\w*|exclud\w+|un\w+|closed|off|\w+n[’']t)\b|[不没未非禁勿免除休闭]|无(?!线)|停(?!车)",
    re.I,
)
# What stands right before a column's name where something is to be had there.
_HAD: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:ha(?:s|ve)|with|is|are|offers?|includes?|contains?|supports?|provides?|allows?|accepts?|on|in|at)\s+"
        r"(?:(?:an?|the|any|some|its|their|own|in|every|this|next)\s+)*$"
    ),
    "zh": re.compile(r"(?:有|带|含|包[括含]|支持|提供|可以?|能|配备?)[\u3400-\u9fff]{0,2}$"),
}
# What is asked of a day: who is there, or which are open.
_THERE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:of the )?\w+(?: \w+)?)?(?:[’']s| is| are)? ?\b(?:"
        r"(?:in|there|here|in there|on duty|on call|present|available|open)|"
        r"(?:working|teaching|works?|teach(?:es)?|opens?|runs?|takes? place|"
        r"ha(?:s|ve) (?:surgery|(?:office )?hours|lessons?|class(?:es)?|a shift|duty|courses?))(?: \w+){0,3}?)"
        r"\W*(?:\b(?:on|in|this|next|every)\W*)*"
    ),
    "zh": re.compile(
        r".*(?:[上值当在带有]班|[出坐看接门]诊|有?门诊|[上教授讲有开]课|教|营业|开门|开放|工作|在(?:[岗馆店院校]|[呢啊]?\W*$)).*"
    ),
}
_ENDS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?: (?:there|here|please|too|as well))*\W*"),
    "zh": re.compile(r"[呢啊呀吗]?\W*"),
}
_MAY = re.compile(r"^(?:可以?|能否?|是否|有无|支持)(?=..)")  # begins the name of a Chinese column
_WEEKDAY = re.compile(r"星期|礼拜")
_SHORT_DAY = re.compile(  # who sat there, in the sun, asks for no day
    r"\b(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?|"
    r"(?:(?<=\bon )|(?<=\bthis )|(?<=\bnext )|(?<=\bevery ))(?i:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?"
)
_DAYS = {day[:3]: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}
_IS_DAY = re.compile(rf"(?:{'|'.join(_DAYS.values())})s?|周[一二三四五六日天末]")


def column_across(question: str, names: Iterable[str], language: Language) -> str:
    """The name of the one column in which all rows with something there are asked for; empty where none is."""
    asked = _plain(question, language)
    begins = _WHICH[language].match(asked)
    places = {name: place for name in names if (place := _place(_plain(name, language), asked, language))}
    longest = [name for name, place in places.items() if not any(_within(place, one) for one in places.values())]
    if not begins or len(longest) != 1 or _TURNED.search(longest[0]) or QUALIFYING.search(longest[0]):
        return ""
    start, end = places[longest[0]]
    before, behind = asked[:start], asked[end:]
    rest = f"{before} | {behind}" if language == "zh" else f"{asked[begins.end() : start]} | {behind}"
    if _NOT_ALL[language].search(rest):
        return ""
    if not _IS_DAY.fullmatch(asked[start:end]):
        return longest[0] if _HAD[language].search(before) and _ENDS[language].fullmatch(behind) else ""
    first = language == "zh" or start < begins.end()  # the day, and then who
    if not first and not _ENDS[language].fullmatch(behind):
        return ""
    there = f"{before} {behind}" if language == "zh" else asked[begins.end() : None if first else start]
    return longest[0] if _THERE[language].fullmatch(there) else ""


def _place(name: str, asked: str, language: Language) -> tuple[int, int] | None:
    """Where it stands in the question, in the singular or the plural."""
    if language == "zh":
        start = asked.find(name) if len(name) > 1 else -1
        return (start, start + len(name)) if start >= 0 else None
    words = [_root(word) for word in re.findall(r"\w+", name)]
    found = re.search(r"\b" + r"\W+".join(words) + r"\b", asked) if words else None
    return found.span() if found else None


def _root(word: str) -> str:
    return f"{stem(word).removesuffix('i')}(?:y|e?s|ies)?" if word.isalpha() else re.escape(word)


def _within(place: tuple[int, int], other: tuple[int, int]) -> bool:
    return place != other and other[0] <= place[0] and place[1] <= other[1]


def _plain(text: str, language: Language) -> str:
    """Days by their whole names, and without what only says that something may be."""
    if language == "zh":
        return _WEEKDAY.sub("周", _MAY.sub("", text.strip()))
    return _SHORT_DAY.sub(lambda day: _DAYS[day.group()[:3].casefold()], text.strip()).casefold()
