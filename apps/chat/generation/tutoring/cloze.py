"""Checking oneself: a sentence that was just quoted, with a gap. The term is chosen by words; no model is asked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from apps.core.language import Language
from apps.core.stems import stem
from apps.knowledge.services import chinese_words

from ..asking.sameness import content_words

GAP = "____"
_SHORTEST: dict[Language, int] = {"en": 5, "zh": 2}  # letters, characters of a term
NUMBER = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)*)(\s?(?:[万亿]|thousand\b|million\b|billion\b))?")
_WORD = re.compile(r"(?<!\w)[A-Za-z]+(?!\w)")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_EMPTY_WORDS = """
所以 因为 因此 于是 如果 要是 虽然 但是 不过 而且 并且 或者 还是 就是 是不是 可以 不能 没有 这样 那样 这些 那些 这个
那个 一个 我们 你们 他们 它们 自己 什么 大约 左右 以及 只有 只要 时候 其中 之后 以后 以前 已经 非常 比较
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


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


def _terms(sentence: str, question: str, language: Language) -> list[str]:
    """Numbers first, then words, the longest first and of equal ones the last."""
    numbers = [found[0] for found in NUMBER.finditer(sentence) if found[1] not in question]
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
