"""What can be said in numbers about a sentence as the answer to a question."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from apps.core.language import detect_language

from .answer_types import asked_kind, holds_kind
from .chinese import NAMES as CHINESE_NAMES
from .chinese import ChineseQuestion, chinese_features
from .simplified import simplified
from .tokens import tokenize
from .types import Language

_HAN = re.compile(r"[\u3400-\u9fff]")
NAMES = (
    "cover",
    "cover_pairs",
    "cover_before",
    "cover_after",
    "cover_passage",
    "density",
    "run",
    "cosine",
    "cosine_around",
    "passage",
    "passage_first",
    "kind_held",
    "kind_missing",
    "number_held",
    "length",
    "asks",
    "first",
)
# Of a Chinese question and a passage under a heading: how near its meaning is, and how well it was found. Sections
# of help pages are told apart by what they are about; passages of an encyclopedia by their sentences.
SECTION_NAMES = ("section_place", "section_meaning", "section_found")
NAMES_OF: dict[Language, tuple[str, ...]] = {"en": NAMES, "zh": (*NAMES, *CHINESE_NAMES, *SECTION_NAMES)}


@dataclass(frozen=True)
class Asked:
    """A question: its text as typed, and the weight of each of its tokens."""

    text: str
    idf: Mapping[str, float]


@dataclass(frozen=True)
class Read:
    """A candidate passage: `where` is its title and headings; `cosines` has an entry a sentence, `cosine` is the
    passage's, `place` that of title and headings. NaN is not known.
    """

    where: str
    sentences: Sequence[str]
    score: float
    cosines: Sequence[float]
    cosine: float = math.nan
    place: float = math.nan


def sentence_features(asked: Asked, reads: Sequence[Read]) -> list[list[float]]:
    """One row of `NAMES_OF` the question's language a sentence, passage by passage."""
    total = sum(asked.idf.values()) or 1.0
    weight = {token: value / total for token, value in asked.idf.items()}
    text = simplified(asked.text)
    kind = asked_kind(text)
    best = max((read.score for read in reads), default=0.0)
    pairs = _pairs(tokenize(text), weight)
    chinese = ChineseQuestion(text, weight) if detect_language(text) == "zh" else None
    rows: list[list[float]] = []
    for read in reads:
        sentences = [simplified(sentence) for sentence in read.sentences]
        tokens = [tokenize(sentence) for sentence in sentences]
        held = [{token for token in own if token in weight} for own in tokens]
        where = simplified(read.where)
        more: list[list[float]] = [[]] * len(held)
        if chinese:
            more = chinese_features(chinese, where, sentences, list(map(set, tokens)), held)
            more = [[*row, *_section(read, best)] for row in more]
        around = {token for token in tokenize(where) if token in weight}
        whole = around.union(*held)
        for i, sentence in enumerate(sentences):
            before = held[i - 1] if i else around
            after = held[i + 1] if i + 1 < len(held) else set()
            found = kind is not None and holds_kind(kind, sentence, text)
            near = [read.cosines[j] for j in (i - 1, i + 1) if 0 <= j < len(held)]
            rows.append(
                [
                    _mass(held[i], weight),
                    len(pairs & _pairs(tokens[i], weight)) / (len(pairs) or 1),
                    _mass(before - held[i], weight),
                    _mass(after - held[i], weight),
                    _mass(whole - held[i], weight),
                    len(held[i]) / math.sqrt(len(tokens[i]) + 4),
                    _longest_run(text, sentence),
                    read.cosines[i],
                    max(near, default=0.0),
                    read.score - best,
                    float(read.score == best),
                    float(found),
                    float(kind is not None and not found),
                    float(kind in {"time", "number"} and bool(re.search(r"\d", sentence))),
                    math.log1p(len(tokens[i])),
                    float(sentence.rstrip("”’\"'）) ").endswith(("?", "？"))),
                    float(i == 0),
                    *more[i],
                ]
            )
    return rows


def _section(read: Read, best: float) -> tuple[float, float, float]:
    """`SECTION_NAMES`; not known of a passage without a heading."""
    if not read.where.partition("\n")[2]:
        return math.nan, math.nan, math.nan
    return read.place, read.cosine, read.score - best


def _mass(tokens: set[str], weight: Mapping[str, float]) -> float:
    return sum(weight[token] for token in tokens)


def _pairs(tokens: Sequence[str], weight: Mapping[str, float]) -> set[tuple[str, str]]:
    """Words of the question that stand next to each other once all other words are left out."""
    kept = [token for token in tokens if token in weight and not (len(token) == 1 and _HAN.match(token))]
    return set(pairwise(kept))


def _longest_run(question: str, sentence: str) -> float:
    """Longest piece of the question that stands in the sentence letter by letter, as a share of the question."""
    wanted, given = question.lower(), sentence.lower()
    best = start = 0
    while start + best < len(wanted):
        if wanted[start : start + best + 1] in given:
            best += 1
        else:
            start += 1
    return best / (len(wanted) or 1)
