"""How sure the search is that its passages answer the question: a small logistic regression a language."""

import math
from collections.abc import Sequence

from .candidates import Candidate, Question


def confidence(question: Question, candidates: Sequence[Candidate]) -> float:
    """0 to 1; 0 where nothing was found."""
    if not candidates:
        return 0.0
    total = sum(question.idf.values()) or 1.0
    cover = max(sum(question.idf[token] for token in c.held) / total for c in candidates[:3])
    cosine = max((c.cosine or 0.0 for c in candidates), default=0.0)
    value = 8 * cover - 4 if question.vector is None else 4 * cover + 6 * cosine - 5
    return 1 / (1 + math.exp(-value))
