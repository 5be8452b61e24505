"""The memory a pass works in, and where its sequences stand."""

from typing import NamedTuple

import numpy as np

from model_runtime.backends.bert.shape import Shape
from model_runtime.kernels.product import Inputs
from model_runtime.kernels.tile import whole


class Workspace(NamedTuple):
    """Room for a pass over so many rows, a token each. Products write whole panels of columns."""

    counts: np.ndarray
    """int64 [3]: rows and sequences of this pass; 1 if only each sequence's first row is wanted"""
    planned: np.ndarray
    """int64 [3]: of the next pass"""
    begins: np.ndarray
    """int64 [rows + 1]: each sequence's first row, and the end of the last"""
    x: np.ndarray
    """float32 [rows, hidden]: embeddings at first, what the layers made of them then; at the end, if only first
    rows are wanted, these, one after the other"""
    inputs: Inputs
    wide: np.ndarray
    """float32 [rows, widest]: queries, keys and values; then what the perceptron makes of a row"""

    @classmethod
    def empty(cls, shape: Shape, rows: int) -> "Workspace":
        """Room for so much."""
        return cls(
            counts=np.zeros(3, np.int64),
            planned=np.zeros(3, np.int64),
            begins=np.zeros(rows + 1, np.int64),
            x=np.zeros((rows, whole(shape.hidden)), np.float32),
            inputs=Inputs.empty(rows, max(shape.hidden, shape.intermediate)),
            wide=np.zeros((rows, whole(max(3 * shape.hidden, shape.intermediate))), np.float32),
        )
