"""Which sentence of a message asks. What stands around it ("I moved last week. …", "… Thanks a lot!") only tells,
and its words would be searched for as if they were asked.
"""

import re
from typing import NamedTuple

from apps.core.language import Language

from .greetings import greeting_of
from .wishes import wish_of

# What ends a sentence, but for what is shortened: people begin the next one with a small letter as well.
_BETWEEN = re.compile(
    r"(?<=[。！？])(?![。！？”’」』）)])|"
    r"(?<=[.!?…])(?<!\b[A-Za-z]\.)(?<!\b(?i:mr|ms|dr|st|mt|ft|vs|jr|sr|co|lt)\.)(?<!\bNo\.)(?<!\b(?i:mrs|ave|ext|vol|inc|ltd|gen|gov|rev|sgt|sen)\.)"
    r"(?<!\b(?i:prof|dept|capt)\.)(?<!\b(?i:approx)\.)(?!(?<=\bno\.)\s+\d)\s+|\n"
)
# Another's words below one's own, as in a mail.
_QUOTED = re.compile(r"[ \t]*[>＞]+")
_BELOW = re.compile(
    r"^[ \t]*(?:On .{4,120} wrote:|-{2,} ?(?:original|forwarded) message\b.*|-{2,} ?(?:原始|转发)邮件.*|"
    r"在.{4,80}写道[:：])[ \t]*$",
    re.I | re.M,
)
# One word with a mark ("Refunds?", or what a full stop has cut off) asks about what is told.
_WORD = re.compile(r"[^\s\u2e80-\uffff]+")
_MARK = re.compile(r"[?？][\s”’\"'」』）)]*$")
_ASKS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:(?:and|so|but|please|ok|okay|hi|hello|hey),? )*(?:(?:from|until|till|since|by|for|to|at|in) )?"
        r"(?:what(?! an?\b)|whats|how|hows|(?:when|where)\b(?!.*,)|wheres|who|whos|why|"
        r"which(?! (?:is why|means|was)\b)|can|could|may|do(?= (?:i|you|we|they|the|my|your|these|those|any)\b)|"
        r"does|did|is|are|will|would|should|must|tell me|i (?:want|need|would like|d like) to know)\b(?![’']t\b)",
        re.I,
    ),
    "zh": re.compile(
        r"怎么|怎样|如何|什么|多[少久长大高重远快宽深贵厚]|几[天个次年月日号点张小元块岁种款台件份位层时]|哪|谁|为何|吗|([\u4e00-\u9fff])不\1"
    ),
}
# Asks for no more than to be heard.
_OPENS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:hi|hello|hey|sorry|excuse me|please)\W+)*(?:"
        r"(?:can|could|may) i (?:just |quickly )?ask (?:you )?(?:something|a (?:quick )?question|for help)|"
        r"(?:is there )?any (?:chance|ideas?|help|advice|suggestions?)|(?:a |one )?(?:quick )?question|"
        r"(?:can|could|would) (?:you|someone|somebody|anyone|anybody) (?:please )?(?:help|assist)(?: me| us)?"
        r"(?: out)?(?: (?:with|on) (?:this|that|it|something))?(?: please)?|"
        r"(?:is )?(?:anyone|anybody|someone|somebody) (?:there|here)|(?:are )?you there)\W*",
        re.I,
    ),
    "zh": re.compile(
        r"(?:[你您]好|麻烦|请问)?[，, ]*(?:能不能|可不可以|可以|可否|能)?(?:麻烦)?(?:[你您]们?)?"
        r"(?:帮(?:我|个)?忙?|帮帮[我忙]|问(?:[你您])?(?:个|点)?(?:问题|事情?)?|咨询|请教)(?:一下)?"
        r"(?:可以|行|好)?[吗么嘛呢吧]?\W*|"
        r"请问(?:一下)?(?:可以|行|好)?[吗么]?\W*|(?:有人在?|在)[吗么]\W*"
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
    written, quoted = _without_quotes(message)
    sentences = _sentences(written)
    if len(sentences) + len(quoted) < 2:
        return _clause(message.strip(), language)
    own = [one for one in sentences if not greeting_of(one, language) and not _opens(one, language)]
    asking = [one for one in own if _MARK.search(one)] or [one for one in own if _ASKS[language].search(one)]
    if len(asking) != 1 or _WORD.fullmatch(asking[0]):
        return None
    return Part(asking[0], (*quoted, *(one for one in own if one is not asking[0])))


def _sentences(text: str) -> list[str]:
    return [one for one in (part.strip() for part in _BETWEEN.split(text)) if one]


def _without_quotes(message: str) -> tuple[str, list[str]]:
    """What is written, and the sentences of what it quotes of others: these tell, whatever they ask."""
    below = _BELOW.search(message)
    lines = message[: below.start() if below else None].split("\n")
    quoted = [_QUOTED.sub("", line, count=1) for line in lines if _QUOTED.match(line)]
    if below:
        quoted.append(message[below.end() :].replace(">", " "))
    written = "\n".join(line for line in lines if not _QUOTED.match(line))
    return written, [one for each in quoted for one in _sentences(each)]


def _opens(sentence: str, language: Language) -> bool:
    return bool(wish_of(sentence, language) or _OPENS[language].fullmatch(sentence))


def _clause(sentence: str, language: Language) -> Part | None:
    told = _TELLS[language].fullmatch(sentence)
    if told is None or not _ASKS[language].search(told[2]) or _ASKS[language].search(told[1]):
        return None
    return Part(told[2], (told[1],), clause=True)


def hanging(message: str, language: Language) -> str:
    """What may hang on earlier questions: the sentence that asks, with what is told beside it, if anything."""
    part = asked_among(message, language)
    return message if part is None or part.told else part.question
