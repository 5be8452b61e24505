"""Checking oneself: a sentence that was just quoted, with a gap, and whether a reply fills it.

No model is asked. The term is chosen and the reply compared by words, so a reply that means the same in other words
is not known to be right; what is said of it must not claim more.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Literal

from apps.core.language import Language
from apps.core.stems import stem
from apps.knowledge.services import chinese_words

from ..evaluation.cases import loosely
from .sameness import content_words, normal_form

GAP = "____"
NEARLY = 0.85  # of the letters: a slip of the pen
LONGEST: dict[Language, int] = {"en": 6, "zh": 12}  # words, characters: who writes more does not fill a gap
_SHORTEST: dict[Language, int] = {"en": 5, "zh": 2}  # letters, characters of a term
_NUMBER = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)*)(\s?(?:[万亿]|thousand\b|million\b|billion\b))?")
_TIMES = {"万": 10**4, "亿": 10**8, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_WORD = re.compile(r"(?<!\w)[A-Za-z]+(?!\w)")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_EMPTY_WORDS = """
所以 因为 因此 于是 如果 要是 虽然 但是 不过 而且 并且 或者 还是 就是 是不是 可以 不能 没有 这样 那样 这些 那些 这个
那个 一个 我们 你们 他们 它们 自己 什么 大约 左右 以及 只有 只要 时候 其中 之后 以后 以前 已经 非常 比较
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_PARTS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_DOES_NOT_KNOW = re.compile(
    r"(?:i )?(?:really )?(?:dont|do not) know|no idea|not sure|idk|(?:i )?(?:forgot|give up|pass)|"
    r"(?:我)?(?:真的)?(?:不知道|不清楚|不会|不懂|不确定|忘了|忘记了|想不起来)了?"
)
_SAYS_SOMETHING_ELSE = re.compile(
    r"[?？]|^(?:what|why|how|who|when|where|which|can|could|is|are|do|does|did|tell|explain|show|next|more|go on|"
    r"hi|hello|thanks|thank you|ok|okay|yes|no|bye|goodbye)\b|"
    r"什么|怎么|怎样|为何|哪|多少|几|谁|吗|呢|^(?:请|讲|说说|继续|下一|你好|您好|谢谢|好的|好|嗯|是的|不是|再见|拜拜)"
)

Judgement = Literal["right", "other", "unknown"]


@dataclass(frozen=True)
class Gap:
    """A sentence, and the term that is left out of it."""

    sentence: str
    term: str

    @property
    def shown(self) -> str:
        return self.sentence.replace(self.term, GAP)


def gap_for(sentences: Iterable[str], question: str, language: Language) -> Gap | None:
    """In the first of them that has a term which stands there once and which the question does not say."""
    for sentence in sentences:
        terms = [term for term in _terms(sentence, question, language) if sentence.count(term) == 1]
        if terms:
            return Gap(sentence, terms[0])
    return None


def gap_asked(text: str, sentences: Iterable[str]) -> Gap | None:
    """The gap in the last line of an answer's text, found again in one of the sentences that the answer quotes."""
    before, gap, after = text.rpartition("\n> ")[2].partition(GAP)
    for sentence in sentences if gap else ():
        term = sentence[len(before) : len(sentence) - len(after)]
        if term and sentence == before + term + after:
            return Gap(sentence, term)
    return None


def judged(reply: str, term: str, language: Language) -> Judgement | None:
    """What a reply to the gap is; None for one that asks or says something else."""
    form = normal_form(reply, language)
    if not form or (len(form.split()) if language == "en" else len(form)) > LONGEST[language] + len(term) // 2:
        return None
    if _DOES_NOT_KNOW.fullmatch(form):
        return "unknown"
    if _SAYS_SOMETHING_ELSE.search(reply.casefold().strip()):
        return None
    return "right" if _fills(reply, term, language) else "other"


def _terms(sentence: str, question: str, language: Language) -> list[str]:
    """Numbers first, then words, the longest first and of equal ones the last."""
    numbers = [found[0] for found in _NUMBER.finditer(sentence) if found[1] not in question]
    if language == "zh":
        words = [word for run in _HAN.findall(sentence) for word in chinese_words(run) if word not in question]
        words = [word for word in words if word not in _EMPTY]
    else:
        asked = {stem(word) for word in _WORD.findall(question.casefold())}
        words = [word for word in _WORD.findall(sentence) if stem(word.casefold()) not in asked]
        words = [word for word in words if content_words(word.casefold()) and not word.endswith("ly")]
    words = [word for word in words if len(word) >= _SHORTEST[language]]
    words.reverse()
    return numbers[-1:] + sorted(words, key=len, reverse=True)


def _fills(reply: str, term: str, language: Language) -> bool:
    if _NUMBER.fullmatch(term):
        return bool(_values(term) & _values(reply))
    if language == "zh":
        return loosely(term) in loosely(reply)
    wanted = term.casefold()
    said = [word.casefold() for word in _PARTS.findall(reply)]
    return any(stem(word) == stem(wanted) or SequenceMatcher(None, word, wanted).ratio() >= NEARLY for word in said)


def _values(text: str) -> set[Decimal]:
    """The numbers in it; 30 万 and 300,000 are the same."""
    plain = ((found[1].replace(",", ""), (found[2] or "").strip()) for found in _NUMBER.finditer(text))
    return {Decimal(number) * _TIMES.get(unit, 1) for number, unit in plain if number.count(".") < 2}
