"""What somebody wants of the assistant itself and no document answers: a person, or to know what it can do.

Recognised by a whole utterance, or for a person by a clause that says nothing else and how to reach one, so that a
question which only mentions a person is searched as any other.

The patterns meet what strangers write: none may repeat what can be read in two ways.
"""

import re
from typing import Literal

from apps.core.language import Language

from .sameness import utterance

Wish = Literal["person", "help"]
# Where another clause begins. In English a wish may also say with "about" what for.
_CLAUSE = {
    "en": re.compile(
        r"[,.;:!?\n—–]+|\s-\s|\b(?:and|but|so|then|because|since|if|can you|could you|please)\b"
        r"|\b(?:about|regarding|concerning|as soon as possible|right now|asap)\b.*",
        re.I,
    ),
    "zh": re.compile(r"[，。；：！？、,.;:!?\s]+|但是?|所以|因为|然后|(?=我[要想])|(?=[请帮给]我)"),
}
# How a clause says that it wants a person: a mere name of one ("no people", "or a human?") may be of anything.
_WANTS = {
    "en": re.compile(
        r"\b(?:talk|talking|speak|speaking|chat|chatting)\b|"
        r"\b(?:connect|transfer|hand|switch|pass|put|get|give) (?:me|us)\b|"
        r"^(?:i|we) (?:want|need|would like) .*\b(?:human|real person|live person|operator|representative)\b"
    ),
    "zh": re.compile(r"[转接找换叫]|联系|我(?:想|要|需要)|[和跟与]"),
}
_PERSON = {
    "en": re.compile(
        r"(?!are you )"
        r"(?:(?:i|id|we|how|can|could|may|do|you|to|want|need|would|like|have|let|put|get|give|pass|connect|transfer|"
        r"hand|switch|call|me|us|over|through|please|just|is|are|there) )*"
        r"(?:(?:talk|talking|speak|speaking|chat|chatting)(?: (?:to|with))? )?"
        r"(?:(?:to|with|a|an|the|some|any|one of your|your|real|live|human|actual) )*"
        r"(?:agent|agents|human(?: being| help| support)?|humans|person|people|somebody|someone|operator|"
        r"representative|adviser|advisor|employee|colleague|staff member|manager|supervisor|"
        r"customer (?:service|support)|support team)"
        r"(?: (?:now|instead|here|there|please|(?:to|i can) (?:talk|speak|chat) (?:to|with)))*"
    ),
    "zh": re.compile(
        r"(?:我|想|要|需要|请|帮|给|麻烦|怎么|怎样|如何|投诉|能|可以|能不能|可不可以|有没有|有|你们|直接|马上|"
        r"转|接|找|换|叫|联系|和|跟|与|到|成|一个|一位|个|位|的)*"
        r"(?:人工(?:客服(?:人员)?|服务|坐席|专员)?|真人(?:客服|服务)?|活人|客服(?:人员)?|工作人员)"
        r"(?:来|帮我|聊天|聊|谈|说话|说|对话|沟通|服务|回答|处理|一下)*"
    ),
}
_HELP = {
    "en": re.compile(
        r"(?:(?:i|we|need|can|could|you|some|please|a little) )*help(?: me| us)?|"
        r"(?:what|how) (?:can|could|do) you (?:do|know|answer|help|offer)(?: (?:me|us|for me|for us))?(?: with)?|"
        r"what (?:can|could|may|should|do) i ask(?: you)?(?: about)?|what are you for"
    ),
    "zh": re.compile(
        r"(?:我|需要|想要|请|能|可以|你|给我|一点)*(?:帮助|帮帮我|帮帮忙|帮个忙|帮忙|帮我|帮一下)(?:一下)?|"
        r"(?:你|您)(?:能|会|可以|都能|都会)?(?:帮我|为我)?(?:做|干|回答|解答|提供|知道|帮)?(?:点|些|哪些)?(?:什么|啥|问题)|"
        r"(?:我)?(?:能|可以|该)?问(?:你|您)?(?:些|点)?(?:什么|啥|哪些问题)"
    ),
}


def wish_of(text: str, language: Language) -> Wish | None:
    """`text` is a whole message, as it was sent."""
    form = utterance(text, language)
    clauses = _CLAUSE[language].split(text)
    if _PERSON[language].fullmatch(form) or any(_wants_person(clause, language) for clause in clauses):
        return "person"
    return "help" if _HELP[language].fullmatch(form) else None


def _wants_person(clause: str, language: Language) -> bool:
    form = utterance(clause, language)
    return bool(_WANTS[language].search(form)) and bool(_PERSON[language].fullmatch(form))
