"""How good the retrieval is on a set: the table of docs/subsystems/fitting.md."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..retrieval.confidence import evidence
from ..retrieval.sentences import ScoredSentence
from ..retrieval.types import Language
from ..retrieval.weights import Ranker, Weights
from .collect import Example

THRESHOLD = 0.2  # of a new assistant


def ranked(example: Example, ranker: Ranker) -> list[tuple[ScoredSentence, bool]]:
    """The sentences best first, equal texts once, with whether each is right."""
    if not example.places:
        return []
    scores = ranker(example.rows)
    seen: dict[str, tuple[ScoredSentence, bool]] = {}
    for i in np.argsort(-scores, kind="stable"):
        passage, start, end = example.places[i]
        sentence = ScoredSentence(passage, start, end, float(scores[i]), tuple(np.nan_to_num(example.rows[i])))
        text = example.candidates[passage].passage.text[start:end]
        seen.setdefault(text, (sentence, bool(example.right[i])))
    return list(seen.values())


def evidences(examples: Sequence[Example], ranker: Ranker, language: Language) -> np.ndarray:
    """One row an example that found anything."""
    return np.array(
        [
            evidence(example.question, example.candidates, [one for one, _ in ranked(example, ranker)], language)
            for example in examples
            if example.places
        ]
    )


@dataclass(frozen=True)
class Quality:
    """Shares of the questions, 0 to 1."""

    passage: tuple[float, float, float]  # the right document is among the best 1, 3, 5 passages
    sentence: tuple[float, float, float, float]  # a right sentence is among the best 1, 2, 3, 10
    wrong_declines: float
    off_topic_declined: float


def measure(examples: Sequence[Example], weights: Weights, language: Language) -> Quality:
    ranker, logistic = weights.ranker, weights.confidence
    asked = [example for example in examples if example.document]
    off = [example for example in examples if not example.document]
    orders = [ranked(example, ranker) for example in asked]
    homes = [
        _first(_documents(example, order), example.document) for example, order in zip(asked, orders, strict=True)
    ]
    hits = [next((n for n, (_, right) in enumerate(order) if right), 99) for order in orders]
    sure = [logistic(row) for row in evidences(asked, ranker, language)]
    unsure = [logistic(row) for row in evidences(off, ranker, language)]
    return Quality(
        (_share(homes, 1), _share(homes, 3), _share(homes, 5)),
        (_share(hits, 1), _share(hits, 2), _share(hits, 3), _share(hits, 10)),
        sum(value < THRESHOLD for value in sure) / len(asked),
        1 - sum(value >= THRESHOLD for value in unsure) / (len(off) or 1),
    )


def _documents(example: Example, order: Sequence[tuple[ScoredSentence, bool]]) -> list[str]:
    passages = dict.fromkeys(sentence.passage for sentence, _ in order)
    return list(dict.fromkeys(example.candidates[index].passage.document.name for index in passages))


def _first(names: list[str], name: str) -> int:
    return names.index(name) if name in names else 99


def _share(places: Sequence[int], best: int) -> float:
    return sum(place < best for place in places) / (len(places) or 1)
