"""How much of a Chinese question its passages hold, pair by pair of characters: the evidence for the confidence.

A long passage holds many single characters of any question, so pairs of neighbours tell, and how long passages are.
"""

from collections.abc import Sequence

import numpy as np

from .candidates import Candidate, Question
from .features import NAMES_OF
from .sentences import ScoredSentence

_RAREST = 3
_OF_BEST = [NAMES_OF["zh"].index(name) for name in ("cover_bigrams", "run_1", "cover_with_first")]
_OF_ANY = [NAMES_OF["zh"].index(name) for name in ("cover_bigrams", "run_1", "cover_left", "cover_right")]


def coverage(
    question: Question, candidates: Sequence[Candidate], sentences: Sequence[ScoredSentence]
) -> tuple[float, ...]:
    """Thirteen numbers; `sentences` best first, with the features of Chinese."""
    pairs = {token: weight for token, weight in question.idf.items() if len(token) > 1}
    total = sum(pairs.values()) or 1.0
    shares = [sum(pairs[token] for token in pairs.keys() & one.held) / total for one in candidates]
    rarest = sorted(pairs, key=lambda token: -pairs[token])[:_RAREST]
    top = np.array([sentence.features for sentence in sentences[:10]])
    return (
        max(shares),
        shares[0],
        max(sum(token in one.held for token in rarest) for one in candidates) / (len(rarest) or 1),
        *(float(top[0, column]) for column in _OF_BEST),
        *(float(top[:, column].max()) for column in _OF_ANY),
        float(np.log1p(len(pairs))),
        float(np.log1p(len(question.idf) - len(pairs))),
        float(np.log(np.mean([len(one.passage.text) for one in candidates]))),
    )
