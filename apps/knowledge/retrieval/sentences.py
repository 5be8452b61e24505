"""Which sentences of the candidate passages answer the question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..ingest.embedding import unpack
from .candidates import Candidate, Question
from .fuse import standardised
from .tokens import tokenize

PASSAGE_WEIGHT = 0.6
DENSE_WEIGHT = 1.0


@dataclass(frozen=True)
class ScoredSentence:
    """A sentence of candidate number `passage`, with offsets into its text."""

    passage: int
    start: int
    end: int
    score: float
    coverage: float  # share of the question's weight that it holds


def score_sentences(question: Question, candidates: Sequence[Candidate]) -> list[ScoredSentence]:
    """Best first; a sentence that stands in two passages (cut with an overlap) comes once."""
    places: list[tuple[int, int, int]] = []
    coverage: list[float] = []
    cosine: list[float] = []
    for index, candidate in enumerate(candidates):
        spans = list(zip(candidate.passage.spans[::2], candidate.passage.spans[1::2], strict=True))
        near = _cosines(question, candidate, len(spans))
        for number, (start, end) in enumerate(spans):
            places.append((index, start, end))
            coverage.append(_coverage(question.idf, candidate.passage.text[start:end]))
            cosine.append(near[number])
    scores = standardised(coverage) + DENSE_WEIGHT * standardised(cosine)
    scores = scores + PASSAGE_WEIGHT * np.array([candidates[index].score for index, _, _ in places])
    ranked = sorted(zip(scores, places, coverage, strict=True), key=lambda item: (-item[0], item[1]))
    return _once(candidates, [ScoredSentence(*place, float(score), share) for score, place, share in ranked])


def _coverage(idf: Mapping[str, float], text: str) -> float:
    total = sum(idf.values()) or 1.0
    return sum(idf.get(token, 0.0) for token in set(tokenize(text))) / total


def _cosines(question: Question, candidate: Candidate, count: int) -> np.ndarray:
    packed = candidate.passage.sentence_vectors
    if question.vector is None or packed is None or candidate.cosine is None:
        return np.zeros(count)
    return unpack(packed, count) @ question.vector


def _once(candidates: Sequence[Candidate], ranked: list[ScoredSentence]) -> list[ScoredSentence]:
    first: dict[str, ScoredSentence] = {}
    for sentence in ranked:
        first.setdefault(candidates[sentence.passage].passage.text[sentence.start : sentence.end], sentence)
    return list(first.values())
