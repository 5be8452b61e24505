"""Which sentence of a message asks. What stands around it ("I moved last week. …", "… Thanks a lot!") only tells,
and its words would be searched for as if they were asked.
"""

import re
from typing import NamedTuple

from apps.core.language import Language

from .greetings import greeting_of
from .vague import is_vague
from .wishes import wish_of

# What ends a sentence, but for what is shortened: people begin the next one with a small letter as well.
_BETWEEN = re.compile(
    r"(?<=[。！？])(?![。！？”’」』）)])|"
    r"(?<=[.!?…])(?<!\b[A-Za-z]\.)(?<!\b(?:Mr|Ms|Dr|St|No|vs)\.)(?<!\bMrs\.)\s+|\n"
)
_MARK = re.compile(r"[?？][\s”’\"'」』）)]*$")
_ASKS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:(?:and|so|but|please|ok|okay|hi|hello|hey),? )*(?:(?:from|until|till|since|by|for|to|at|in) )?"
        r"(?:what|whats|how|hows|when|where|wheres|who|whos|which|why|can|could|may|do|does|did|is|are|will|would|"
        r"should|must|tell me|i (?:want|need|would like|d like) to know)\b",
        re.I,
    ),
    "zh": re.compile(
        r"怎么|怎样|如何|什么|多[少久长大高重远快宽深贵厚]|几[天个次年月日号点张小元块岁种款台件份位层时]|哪|谁|为何|吗|([\u4e00-\u9fff])不\1"
    ),
}
# A clause that tells of the one who asks, before the one that asks.
_TELLS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"((?:(?:hi|hello|hey),? )?"
        r"(?:im|i(?:['’](?:m|ve))?|we(?:['’]re)?|my|our|this is|it(?:['’]s| is)|thanks|thank you)"
        r"\b[^,;?!]*"
        r"(?:, (?:and|but) [^,;?!]*)*)[,;]\s*(.+)",
        re.I,
    ),
    "zh": re.compile(r"((?:[你您]好，?)?(?:我|咱)[^？！]*)[，,]([^，,？！?]+[？?]?)"),
}


class Part(NamedTuple):
    """What a message asks, and what it tells. As a `clause` of the same sentence the one may hang on the other."""

    question: str
    told: tuple[str, ...]
    clause: bool = False


def asked_among(message: str, language: Language) -> Part | None:
    """None where nothing stands beside what it asks, or where it asks several things."""
    sentences = [one for one in (part.strip() for part in _BETWEEN.split(message)) if one]
    if len(sentences) < 2:
        return _clause(message.strip(), language)
    own = [one for one in sentences if not greeting_of(one, language)]
    asking = [one for one in own if _MARK.search(one)] or [one for one in own if _ASKS[language].search(one)]
    if len(asking) > 1:
        asking = [one for one in asking if not is_vague(one, language) and not wish_of(one, language)]
    if len(asking) != 1:
        return None
    return Part(asking[0], tuple(one for one in own if one is not asking[0]))


def _clause(sentence: str, language: Language) -> Part | None:
    told = _TELLS[language].fullmatch(sentence)
    if told is None or not _ASKS[language].search(told[2]) or _ASKS[language].search(told[1]):
        return None
    return Part(told[2], (told[1],), clause=True)


def asked_in(message: str, language: Language) -> str:
    """The sentence that asks, or all of it."""
    part = asked_among(message, language)
    return message if part is None or part.clause else part.question
