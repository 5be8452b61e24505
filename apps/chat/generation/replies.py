"""The "Yes" or "No" that opens the answer to one question, which says nothing to another, or the contrary."""

import re

from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage

from .sameness import normal_form

_REPLY: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:yes|no|yeah|nope|sure|of course)(?:, (?:it|they|you|we|i) [\w’']+)?\s?[,.:;!–—]\s*", re.I
    ),
    "zh": re.compile(r"(?:是的|没有|有|当然|不?(?:能|可以|是|会|需要|要|行|对|用|收|支持)的?)[，。,.！：；]\s*"),
}
_LEAST = 6  # characters: what is left has to say something


def without_reply(text: str, passage: RankedPassage, question: str) -> str:
    """`text` without a yes or no, unless the heading above it is the question."""
    language = passage.language
    reply = _REPLY[language].match(text)
    rest = text[reply.end() :] if reply else ""
    if len(rest) < _LEAST:
        return text
    heading = normal_form(passage.heading.rpartition(" › ")[2], language)
    return text if heading == normal_form(question, language) else rest[0].upper() + rest[1:]
