"""What can be said in numbers about a sentence in one language as the answer to a question in the other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from apps.core.codes import codes_held, codes_of
from apps.core.fences import on_one_line
from apps.core.stems import stem

from ..indexing.glossary import english_words, glossed
from ..models import Passage
from .answer_types import asked_kind, holds_kind
from .simplified import simplified
from .tokens import question_tokens, tokenize

NAMES = (
    "by_english",
    "by_chinese",
    "place_by_english",
    "place_by_chinese",
    "cover",
    "cover_passage",
    "kind_held",
    "kind_missing",
    "length",
    "codes",
)


@dataclass(frozen=True)
class Seen:
    """A sentence of a passage."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True)
class Features:
    """`rows` have a value for each of `NAMES`. `missing` is the share of the question's words, by weight, that no
    passage holds, `words` their number; `strange` tells for each passage how many of the question's names it lacks.
    """

    rows: np.ndarray
    missing: float
    words: int
    strange: tuple[int, ...]


def across_features(
    question: str, passages: Sequence[Passage], seen: Sequence[Seen], by_english: np.ndarray, by_chinese: np.ndarray
) -> Features:
    """A row for each sentence of `seen`, which are of `passages`.

    `by_english` and `by_chinese` hold the cosines of each sentence and its place, by the model for that language.
    Words are English ones, through the glossary; how rare they are is told among these passages.
    """
    held = [_words(f"{one.document.title}\n{one.heading}\n{one.text}") for one in passages]
    tokens = question_tokens(glossed(question) or question)
    weight = _weights(tokens, held)
    names = {token for token in tokens if _is_name(token)}
    total = sum(weight.values()) or 1.0
    of_passage = {one.pk: _share(words, weight, total) for one, words in zip(passages, held, strict=True)}
    asked = simplified(question)
    kind = asked_kind(asked)
    named = codes_of(question)
    rows = []
    for one, english, chinese in zip(seen, by_english, by_chinese, strict=True):
        sentence = on_one_line(one.passage.text[one.start : one.end])
        words = _words(sentence)
        stated = kind is not None and holds_kind(kind, simplified(sentence), asked)
        rows.append(
            [
                english[0],
                chinese[0],
                english[1],
                chinese[1],
                _share(words, weight, total),
                of_passage[one.passage.pk],
                float(stated),
                float(kind is not None and not stated),
                math.log1p(len(words)),
                codes_held(named, sentence) / (len(named) or 1),
            ]
        )
    known = frozenset[str]().union(*held)
    missing = sum(value for token, value in weight.items() if token not in known) / total if weight else 1.0
    strange = tuple(len(names - words) for words in held)
    return Features(np.array(rows, dtype=np.float64), missing, len(weight), strange)


def _is_name(token: str) -> bool:
    """No word of either language that the glossary knows: a passage without it may speak of somebody else."""
    return len(token) > 2 and token.isalpha() and token not in _common()


@cache
def _common() -> frozenset[str]:
    return frozenset(stem(word) for word in english_words())


def words_shared(asked: str, text: str) -> frozenset[str]:
    """The words of what is asked that a text in either language has, through the glossary."""
    return _words(text).intersection(question_tokens(glossed(asked) or asked))


def _words(text: str) -> frozenset[str]:
    return frozenset(tokenize(glossed(text)))


def _weights(tokens: Sequence[str], held: Sequence[frozenset[str]]) -> dict[str, float]:
    """How much each word of the question tells, by how many of these passages hold it."""
    times = {token: sum(token in words for words in held) for token in tokens}
    return {token: math.log1p((len(held) - count + 0.5) / (count + 0.5)) for token, count in times.items()}


def _share(words: frozenset[str], weight: dict[str, float], total: float) -> float:
    return sum(value for token, value in weight.items() if token in words) / total
