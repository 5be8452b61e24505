"""Which sentences of the candidate passages answer the question, best first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.core.codes import codes_held, codes_of
from apps.core.fences import on_one_line

from ..ingest.embedding import unpack
from .candidates import Candidate, Question
from .features import Asked, Read, sentence_features
from .types import Language
from .weights import load

# What a row of a table loses where the question names another article: more than what is said beside an answer may.
OTHER = 6.0
ROW = re.compile(r"[^:;]{1,60}: [^;]+; [^:;]{1,60}: ")  # as an import writes one


@dataclass(frozen=True)
class ScoredSentence:
    """A sentence of candidate number `passage`, with offsets into its text and the features it was scored by.

    `chance`, 0 to 1, is what a reranker that has read it says of it.
    """

    passage: int
    start: int
    end: int
    score: float
    features: tuple[float, ...]
    chance: float | None = None


def score_sentences(
    question: Question, candidates: Sequence[Candidate], language: Language
) -> list[ScoredSentence]:
    """Best first; a sentence that stands in two passages (cut with an overlap) comes once."""
    places, rows = sentence_rows(question, candidates)
    if not places:
        return []
    scores = load(language).ranker(np.array(rows)) - OTHER * np.array(_others(question, candidates, places))
    order = sorted(range(len(places)), key=lambda i: (-scores[i], places[i]))
    known = [tuple(row) for row in np.nan_to_num(np.array(rows)).tolist()]
    first: dict[str, ScoredSentence] = {}
    for i in order:
        passage, start, end = places[i]
        text = candidates[passage].passage.text[start:end]
        first.setdefault(text, ScoredSentence(passage, start, end, float(scores[i]), known[i]))
    return list(first.values())


def sentence_rows(
    question: Question, candidates: Sequence[Candidate]
) -> tuple[list[tuple[int, int, int]], list[list[float]]]:
    """(candidate, start, end) of every sentence, and its features."""
    places: list[tuple[int, int, int]] = []
    reads: list[Read] = []
    for index, candidate in enumerate(candidates):
        passage = candidate.passage
        spans = list(zip(passage.spans[::2], passage.spans[1::2], strict=True))
        places += [(index, start, end) for start, end in spans]
        where = f"{passage.document.title}\n{passage.heading}"
        sentences = [on_one_line(passage.text[start:end]) for start, end in spans]
        reads.append(Read(where, sentences, candidate.score, *_cosines(question, candidate, len(spans))))
    return places, sentence_features(Asked(question.text, question.idf), reads)


def _others(
    question: Question, candidates: Sequence[Candidate], places: Sequence[tuple[int, int, int]]
) -> list[bool]:
    """Of each sentence whether it is a table's row about another article than the question names: it has a code,
    and none of the question's, which another sentence has.
    """
    codes = codes_of(question.text)
    if not codes:
        return [False] * len(places)
    passages = [candidates[index].passage for index, _start, _end in places]
    texts = [passage.text[start:end] for passage, (_, start, end) in zip(passages, places, strict=True)]
    held = [
        codes_held(codes, f"{passage.document.title}\n{passage.heading}\n{text}")
        for passage, text in zip(passages, texts, strict=True)
    ]
    known = max(held) > 0
    return [
        known and not own and bool(ROW.match(text) and codes_of(text))
        for own, text in zip(held, texts, strict=True)
    ]


def _cosines(question: Question, candidate: Candidate, count: int) -> tuple[list[float], float, float]:
    """Of the sentences, the passage, and its place (the passage's again where it has none); NaN without vectors."""
    packed = candidate.passage.sentence_vectors
    if question.vector is None or packed is None or candidate.cosine is None:
        return [np.nan] * count, np.nan, np.nan
    found: list[float] = (unpack(packed, len(question.vector)) @ question.vector).tolist()
    return found[:count], candidate.cosine, (found[count:] or [candidate.cosine])[0]
