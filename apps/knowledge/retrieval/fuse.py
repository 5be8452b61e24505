"""One ranking out of two: words and meaning, each standardised over the candidates of the question."""

from collections.abc import Sequence

import numpy as np

LEXICAL, DENSE = 0.4, 0.6


def standardised(values: Sequence[float]) -> np.ndarray:
    """Mean 0 and deviation 1; all zero where there is nothing to tell apart."""
    array = np.asarray(values, dtype=np.float64)
    spread = array.std() if array.size else 0.0
    return (array - array.mean()) / spread if spread > 1e-9 else np.zeros_like(array)


def fuse(lexical: Sequence[float], dense: Sequence[float] | None) -> np.ndarray:
    """A score a candidate; without vectors the words alone decide."""
    if dense is None:
        return standardised(lexical)
    return LEXICAL * standardised(lexical) + DENSE * standardised(dense)
