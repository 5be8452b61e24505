"""What stands below a heading or a list's lead that forbids, excludes or limits it is said with that.

“Rice cookers in the rooms.” below “Not allowed” tells a reader the contrary when it stands alone.
"""

import re

from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage

from ..asking.sameness import normal_form

_JOINT = " › "
_LONGEST_HEADING = {"en": 90, "zh": 40}
_LONGEST_LEAD = {"en": 200, "zh": 90}
_FORBIDS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:\bnot|\b\w+n[’']t|\bcannot|\bnever)(?: be| strictly| normally)* (?:allow|permit|accept|includ|cover|"
        r"insur|offer|provid|refund|return|exchang|recycl|eligible|suitable|deliver|ship|carr(?:y|ied)|bring|brought|"
        r"tak(?:e|en)\b|us(?:e|ed)\b|wear|worn|tolerat|welcome|entitled|part of|pa(?:y|id)\b|for\b)\w*|"
        r"\b(?:must|may|shall|should)(?: not|n[’']t)\b|"
        r"\b(?:we|you) (?:(?:do|will|can) ?not|(?:do|wo|ca)n[’']t)\b|"
        r"^(?:please )?(?:do not|don[’']?ts?)\b|^never\W*$|"
        r"\b(?:forbidden|prohibited|prohibitions?|banned|disallowed|excluded|excluding|exclusions?|exceptions?)\b|"
        r"\bnon[- ]?(?:refundable|returnable|recyclable|covered|eligible)\b|^no[- ]?gos?\W*$|^only\b|\bonly$",
        re.I,
    ),
    "zh": re.compile(
        r"禁止|严禁|禁带|禁用|禁忌|不允许|不得|不准|不许|请勿|切勿|(?<!要)不要|不予|不接受|不支持|不受理|不提供|不承保|不包[括含]|"
        r"不含|不赔|不退|不在.{0,6}(?:内|之列)|不适[用合]|除外|例外|[仅只]限|免责|"
        r"(?<![能可])不[能可](?:以)?(?:[带寄退换借进吃喝做用]|携带|托运|申请|报销|参加|理赔|享受)"
    ),
}
# What names the contrary as well ("Dos and don’ts"), or only that.
_PERMITS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:do[’']?s|allowed|permitted|included|accepted|covered|welcome|instead|may|"
        r"(?:is|are|can|do) (?:and|or))\b",
        re.I,
    ),
    "zh": re.compile(r"允许|准许|可以|可[带用]|包[括含]|是否|能不能|可不可以"),
}
# Headings that say what somebody asks about a trouble, or may be answered with yes.
_ASKS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:why|how|if|what (?:if|to do|happens|now)|in case)\b|\bif\b(?!$)|"
        r"^(?!what|which|where|when|who)(?=.*\?\s*$)",
        re.I,
    ),
    "zh": re.compile(r"为什么|为何|怎么|如何|怎样|如果|万一|吗[？?]?$|(.)不\1|^(?!.*(?:哪|什么|谁)).*[？?]$"),
}
_NEGATES: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:not|never|cannot|no|nor|without|except|\w+n[’']t)\b", re.I),
    "zh": re.compile(r"[不没无未勿禁]"),
}
# A sentence that says itself what is forbidden or allowed, or what to do instead. "Things that are not allowed"
# and 不得携带的物品 only say what is meant.
_OF_ITS_OWN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:please|instead|otherwise|exceptions?:|(?:if|unless) [^,]+,|"
        r"(?:ask|contact|see) (?:us|the|our|your|at)|we|there (?:is|are)|"
        r"no(?! more| less)(?= )|never|do not|don[’']t|"
        r"(?:you|it|they|this|these|guests|visitors|students|customers|children)(?: (?!who|that|which)\w+)?? "
        r"(?:can|may|must|should|will|do|is|are|cannot|\w+n[’']t))\b|"
        r"(?<!that )(?<!which )(?<!who )\b(?:is|are) (?:also |not |strictly )*(?:allowed|permitted|forbidden|"
        r"prohibited|banned|excluded|included|covered|accepted)\b",
        re.I,
    ),
    "zh": re.compile(
        r"^(?:请(?!假|帖|客)|如[需有果]|若(?!干)|建议|我们|例外|另外|此外)|"
        r"(?:禁止|严禁|不得|不准|不许|请勿|切勿|不允许|不[能可要]|(?<!经)允许|可以)(?![^，。；、]*的)"
    ),
}
_ENDS = re.compile(r"[.?!。？！…][”’\"'」』）)]*$")
_MARK = re.compile(r"(?:\d{1,2}[.)）、]|[-*•])?\s*")


def with_what_forbids(said: str, text: str, start: int, passage: RankedPassage, question: str) -> str:
    """`said`, for the `text` that begins at `start`, behind the lead or heading that turns it round, if any."""
    before = _forbidden_by(start, passage, question)
    if not before or _OF_ITS_OWN[passage.language].search(text) or _says_the_same(text, before):
        return said
    place = introduced(before.rpartition(_JOINT)[2], passage.language)
    said = said.removeprefix(place).rstrip(" ;；,，、")  # a row says its place itself
    end = "" if _ENDS.search(said) or said[-1:] in {":", "："} else {"en": ".", "zh": "。"}[passage.language]
    return f"{introduced(before, passage.language)}{said}{end}"


def steps_forbidden_by(start: int, passage: RankedPassage) -> str:
    """The lead of numbered steps that are not to be done, or their headings; empty where they are."""
    lead = _lead(start, passage)
    return (lead if _forbids(lead, passage.language) else "") if lead else _heading(passage)


def _forbidden_by(start: int, passage: RankedPassage, question: str) -> str:
    """The list's lead, or else the headings from the nearest one on that forbids; empty where nothing does, or the
    question is that heading.
    """
    language, heading = passage.language, _heading(passage)
    lead = _lead(start, passage)
    if lead and (_NEGATES[language].search(lead) or (heading and _PERMITS[language].search(lead))):
        return lead
    return "" if normal_form(heading, language) == normal_form(question, language) else heading


def _says_the_same(text: str, before: str) -> bool:
    """“Gift cards cannot be returned” below “What cannot be returned”."""
    found = _FORBIDS["en"].search(before)
    return found is not None and " be " in found.group() and found.group().casefold() in text.casefold()


def introduced(before: str, language: Language) -> str:
    """As it stands before what it forbids."""
    if before[-1] in ":：?？!！":
        return before if language == "zh" else f"{before} "
    return before + ("：" if language == "zh" else ": ")


def _heading(passage: RankedPassage) -> str:
    """Headings from the one that forbids on: “Not allowed › Kitchen”. A nearer one that allows ends its reach."""
    language = passage.language
    names = [name for name in (passage.title, *passage.heading.split(_JOINT)) if name.strip()]
    for place in range(len(names) - 1, -1, -1):
        if _forbids(names[place], language):
            return _JOINT.join(names[place:])
        if _PERMITS[language].search(names[place]):
            break
    return ""


def _forbids(heading: str, language: Language) -> bool:
    if len(heading) > _LONGEST_HEADING[language] or _ASKS[language].search(heading):
        return False
    rest, found = _FORBIDS[language].subn(" ", heading.strip())
    return bool(found) and not _PERMITS[language].search(rest)


def _lead(start: int, passage: RankedPassage) -> str:
    """The sentence with a colon that opens the list in which a line stands. Lines that end like a sentence may be
    paragraphs behind the list: of these only one right behind it counts.
    """
    before = sorted((one for one in passage.sentences if one.start <= start), key=lambda one: -one.start)
    for place, one in enumerate(before):
        if place and one.text.endswith((":", "：")):
            opens = len(one.text) <= _LONGEST_LEAD[passage.language] and "\n" in passage.text[one.end :][:2]
            return one.text if opens and (place == 1 or not _ENDS.search(before[0].text)) else ""
        if not _begins_line(one.start, passage.text) or (place and _ENDS.search(one.text)):
            break
    return ""


def _begins_line(start: int, text: str) -> bool:
    return bool(_MARK.fullmatch(text, text.rfind("\n", 0, start) + 1, start))
