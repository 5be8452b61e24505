"""How a sentence hangs on one before it: it points back, or says what to do about what that says is wrong."""

import re

from apps.core.language import Language

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


def points_back(text: str, language: Language) -> bool:
    """Whether it begins with what only the sentences before it tell: "Borrowed that way, …", 此间…"""
    return bool(_POINTS_BACK[language].match(text))


def is_remedy(text: str, of: str, language: Language) -> bool:
    """Whether it says what to do about what `of` says is wrong."""
    return bool(_CAUSE[language].search(of) and _REMEDY[language].match(text))
