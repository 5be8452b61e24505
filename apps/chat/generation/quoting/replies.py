"""The "Yes" or "No" that opens the answer to one question, which says nothing to another, or the contrary."""

import re

from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage

from ..asking.sameness import normal_form

_REPLY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:yes|no|yeah|nope|sure|of course)(?:, (?:it|they|you|we|i) [\w’']+)?\s?[,.:;!–—]\s*", re.I
    ),
    "zh": re.compile(r"(?:是的|没有|有|当然|不?(?:能|可以|是|会|需要|要|行|对|用|收|支持)的?)[，。,.！：；]\s*"),
}
# What limits the yes or no, or turns it round, and means something else alone.
_GOES_ON: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:unless|if|except|only|but|however|though|although|provided|(?:as|so) (?:long|soon) as|until|till|when|"
        r"while|where|because|since|yet|and|or|nor|not|without|with|at least|"
        r"(?:[\w’']+ ){0,3}[\w’']+, (?:however|though))\b",
        re.I,
    ),
    "zh": re.compile(r"[除但如若只仅而或并当]|可是|不过|然而|假如|要是|前提|条件|直到|因为|由于|在.{1,20}时"),
}
# Behind its comma this is hardly a sentence: "Yes, by the slipway".
_HANGS = re.compile(r"(?:by|at|in|on|from|to|through|via|for|under|within|as)\b|[在由从按经凭]|通过", re.I)
_NUMBER = re.compile(r"no\s?\.\s*(?:\d|#|(?-i:[a-z]))", re.I)  # "No. 12", "No. of seats"
_LEAST = 6  # characters: what is left has to say something


def without_reply(text: str, passage: RankedPassage, question: str) -> str:
    """`text` without a yes or no, unless the heading above it is the question, or the rest hangs on that word."""
    language = passage.language
    reply = _REPLY[language].match(text)
    rest = text[reply.end() :] if reply else ""
    if len(rest) < _LEAST or _GOES_ON[language].match(rest) or _NUMBER.match(text):
        return text
    if reply and reply.group().rstrip()[-1] in ",，" and _HANGS.match(rest):
        return text
    heading = normal_form(passage.heading.rpartition(" › ")[2], language)
    return text if heading == normal_form(question, language) else rest[0].upper() + rest[1:]
