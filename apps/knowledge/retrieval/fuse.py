"""One ranking out of two: words and meaning, each standardised over the candidates of the question."""

import numpy as np

LEXICAL, DENSE = 0.4, 0.6


def standardised(values: np.ndarray) -> np.ndarray:
    """Mean 0 and deviation 1; all zero where there is nothing to tell apart."""
    spread = values.std() if values.size else 0.0
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def fuse(lexical: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """A score a candidate. One without a vector (NaN) counts as the least near; without any the words decide."""
    known = ~np.isnan(cosines)
    if not known.any():
        return standardised(lexical)
    return LEXICAL * standardised(lexical) + DENSE * standardised(np.where(known, cosines, cosines[known].min()))
