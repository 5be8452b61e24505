"""How sure the search is that its passages answer the question: a small logistic regression a language."""

from collections.abc import Sequence

import numpy as np

from .candidates import Candidate, Question
from .coverage import coverage
from .features import NAMES
from .sentences import ScoredSentence
from .types import Language
from .weights import load

_COVER, _PAIRS, _COSINE, _RUN = (NAMES.index(name) for name in ("cover", "cover_pairs", "cosine", "run"))
_OF_BEST = [
    NAMES.index(name)
    for name in (
        "kind_held",
        "kind_missing",
        "number_held",
        "cover_passage",
        "cover_before",
        "cover_after",
        "density",
    )
]
# Columns of the evidence that a language's regression looks at; the others weigh nothing. English: all before those
# on margins and kinds. Chinese: the same but for two cosines, and its coverage. Scores do not count:
# under headings they are of another size.
CHOSEN: dict[Language, tuple[int, ...]] = {
    "en": tuple(range(13)),
    "zh": (*range(7), 8, *range(10, 13), *range(23, 38)),
}
MEANINGS = range(7, 11)  # the columns that a search without vectors cannot fill


def confidence(
    question: Question, candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence], language: Language
) -> float:
    """0 to 1; 0 where nothing was found. `sentences` best first."""
    if not candidates or not sentences:
        return 0.0
    weights = load(language)
    compared = any(candidate.cosine is not None for candidate in candidates)
    logistic = weights.confidence if compared else weights.without_vectors
    return logistic(evidence(question, candidates, sentences, language))


def missing_words(question: Question, candidates: Sequence[Candidate]) -> tuple[float, float]:
    """The weight of the question's words that no candidate holds, and its share of all: a name that stands nowhere
    says that the question is about something else.
    """
    held = frozenset[str]().union(*(candidate.held for candidate in candidates))
    missing = sum(weight for token, weight in question.idf.items() if token not in held)
    return missing, missing / (sum(question.idf.values()) or 1.0)


def evidence(
    question: Question, candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence], language: Language
) -> np.ndarray:
    """What the regression looks at. Shares are of the weight of all the question's words."""
    total = sum(question.idf.values()) or 1.0
    shares = sorted((sum(question.idf[token] for token in c.held) / total for c in candidates), reverse=True)
    best = sentences[0]
    home = candidates[best.passage]
    top = np.array([sentence.features for sentence in sentences[:10]])
    return np.array(
        [
            sum(question.idf[token] for token in home.held) / total,
            shares[0],
            shares[0] - (shares[3] if len(shares) > 3 else shares[-1]),
            best.features[_COVER],
            float(top[:, _COVER].max()),
            float(top[:, _PAIRS].max()),
            float(top[:, _RUN].max()),
            home.cosine or 0.0,
            max((c.cosine or 0.0 for c in candidates), default=0.0),
            best.features[_COSINE],
            float(top[:, _COSINE].max()),
            float(np.log1p(len(question.idf))),
            _rare_found(question, home),
            *_margins(sentences),
            *(best.features[i] for i in _OF_BEST),
            *_lead([c.bm25 / total for c in candidates]),
            *(coverage(question, candidates, sentences) if language == "zh" else ()),
        ]
    )


def _margins(sentences: Sequence[ScoredSentence]) -> tuple[float, float, float]:
    """The best score, how far it lies above the best of another passage, and its share among all sentences."""
    best = sentences[0]
    other = next((one.score for one in sentences if one.passage != best.passage), best.score - 3)
    scores = np.array([one.score for one in sentences])
    return best.score, best.score - other, float(1 / np.exp(scores - best.score).sum())


def _lead(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values, reverse=True)
    return ordered[0], ordered[0] - ordered[min(1, len(ordered) - 1)]


def _rare_found(question: Question, home: Candidate) -> float:
    """Share of the question's three rarest words that the passage holds: a name that is missing says much."""
    rarest = sorted(question.idf, key=lambda token: -question.idf[token])[:3]
    return sum(token in home.held for token in rarest) / (len(rarest) or 1)
