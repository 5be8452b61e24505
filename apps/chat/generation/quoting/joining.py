"""How a sentence hangs on one before it: it points back, says what to do about what that says is wrong, or in which
case that does not hold.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from apps.core.amounts.units import in_chinese
from apps.core.fences import holds_code
from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence

# "It is forbidden to …", "Those who …", "Both adults and …" and 其他地区 say themselves what they are about.
_POINTS_BACK: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?!it(?:[’']s| is| was)(?: (?:not|also|always|strictly|very|usually|often))* (?:forbidden|prohibited"
        r"|(?:im)?possible|allowed|permitted|recommended|(?:un)?important|(?:un)?necessary|advisable|essential"
        r"|mandatory|required|best|better|safer|easy|easier|hard|difficult|common|customary|helpful|wise|(?:il)?legal"
        r"|worth|up to)\b.* (?:to|that)\b"
        r"|those (?:who|with|whose)\b|both (?:[\w’'-]+ ){1,3}and\b|(?:he or she|he|she|they) who\b)"
        r"(?:it|its|they|their|this|these|that|those|he|she|both|also|then|otherwise|therefore|afterwards|instead|"
        r"(?:in|after|before|during|by|for|with|without|from|at|on|until|since|under|through|because of|instead of|"
        r"[a-z]+ed|done|made|bought) (?:that|this|these|those|them|it|such)(?= (?:way|case|time|event|point|period|"
        r"reason|date|day|case|means|manner)s?\b|[,.]|\W*$| (?:we|you|no|they|he|she|the|an?|its?)\b))\b",
        re.I,
    ),
    "zh": re.compile(
        r"[它她该]|其(?![他它余][^\W请见看详免不都均也则可须需一][\u4e00-\u9fff])|这(?!家[店馆公餐酒门商])"
        r"|他(?!人)|此(?!外)|也|两者|同时|之后|此后|届时|否则|因此"
    ),
}
_CAUSE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:means?|because|cause[sd]?|due to|indicates?|stands for|signals?|reasons?|faults?|errors?|problems?|"
        r"broken|blocked|fail(?:s|ed|ure)?)\b",
        re.I,
    ),
    "zh": re.compile(r"代表|表示|意味|因为|由于|原因|导致|可能是|多半是|通常是|故障|出错|失败|异常|损坏"),
}
_REMEDY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:please(?! (?:note|see|refer|read|find|keep in mind|be aware))|otherwise|instead|try|check|"
        r"contact(?!:)|if (?:not|so|that|it|this|they))\b",
        re.I,
    ),
    "zh": re.compile(r"请(?!参[见阅照考]|见|注意|详见|看|留意|知)|建议|否则|(?:如果?|若)(?:仍|还|不|没|是)"),
}
# What is to be done in a case, or up to a bound.
_IN_A_CASE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:if|unless|within|until|up to|no later than|less than|more than)\b", re.I),
    "zh": re.compile(
        rf"如果|若(?!干)|假如|要是|的话|[\d一二两三四五六七八九十半几]个?(?:{in_chinese('time')})(?:之|以)?[内前]|不超过|不满|未满"
    ),
}
# Beyond it, or otherwise.
_BEYOND: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"otherwise,|if not,|"
        r"(?:(?:if|when|where) [^,.;:]*\b)?(?:later|earlier|sooner|longer|more|less|older|younger|heavier|lighter|"
        r"bigger|smaller|higher|lower) than (?:that|this|those)\b|"
        r"(?:after|beyond) that,? (?:do not|don[’']t|never)\b",
        re.I,
    ),
    "zh": re.compile(
        r"否则|不然|(?:(?:如果?|若|要是|一旦)[^，。；：\d]{0,8})?(?:已经?)?(?:超过|超出|晚于|过了)"
        r"(?:这|此|该|上述|以上|期限|时限|时间|规定|\d)|"
        r"(?:如果?|若|要是)[^，。；：]{0,8}(?:更晚|更久|更早|更长|更多)"
    ),
}


def points_back(text: str, language: Language) -> bool:
    """Whether it begins with what only the sentences before it tell: "Borrowed that way, …", 此间…"""
    return bool(_POINTS_BACK[language].match(text))


def is_remedy(text: str, of: str, language: Language) -> bool:
    """Whether it says what to do about what `of` says is wrong."""
    return bool(_CAUSE[language].search(of) and _REMEDY[language].match(text))


def limits(text: str, of: str, language: Language) -> bool:
    """Whether it says what holds beyond the case of which `of` tells: "If it vomits later than that, do not …"."""
    return bool(_IN_A_CASE[language].search(of) and _BEYOND[language].match(text))


def with_limits(passage: RankedPassage) -> Iterator[RankedSentence]:
    """Its sentences, as one where the next in a paragraph limits the case of one: half of them would mislead."""
    whole: RankedSentence | None = None
    for one in sorted(passage.sentences, key=lambda each: each.start):
        if whole and _goes_on(whole, one, passage):
            best = min(whole, one, key=lambda each: each.rank)
            whole = replace(best, text=passage.text[whole.start : one.end], start=whole.start, end=one.end)
            continue
        if whole:
            yield whole
        whole = one
    if whole:
        yield whole


def _goes_on(whole: RankedSentence, one: RankedSentence, passage: RankedPassage) -> bool:
    between = passage.text[whole.end : one.start]
    together = whole.end <= one.start and len(between) <= 1 and "\n" not in between and whole.page == one.page
    return together and not holds_code(whole.text + one.text) and limits(one.text, whole.text, passage.language)
