"""The memory a pass works in, and the list of its pieces."""

from typing import NamedTuple

import numpy as np

from model_runtime.backends.decoder.shape import Shape
from model_runtime.kernels.product import Inputs
from model_runtime.kernels.tile import whole

PIECE_ROWS = 16
"""Most rows of a piece."""

PIECE = np.dtype(
    [
        ("row", np.int64),
        ("count", np.int64),
        ("position", np.int64),
        ("keys", np.uintp),
        ("values", np.uintp),
        ("panels", np.int64),
    ]
)
"""Consecutive rows of one sequence: the first, their number, the position of the first in its slot, and where the
slot's keys and values are, with the number of panels of positions that there is room for."""


class Workspace(NamedTuple):
    """Room for a pass of so many rows, of which so many are wanted. Products write whole panels of columns."""

    counts: np.ndarray
    """int64 [3]: rows, pieces and wanted rows of this pass"""
    planned: np.ndarray
    """int64 [3]: of the next pass"""
    pieces: np.ndarray
    """PIECE [rows]"""
    every: np.ndarray
    """int64 [rows]: 0, 1, 2 …"""
    wanted: np.ndarray
    """int64 [wanted]: rows whose logits are asked for"""
    x: np.ndarray
    """float32 [rows, hidden]: embeddings at first, what the layers made of them then"""
    inputs: Inputs
    wide: np.ndarray
    """float32 [rows, widest]: queries, keys and values; then gate and up"""
    logits: np.ndarray
    """float32 [wanted, vocabulary]"""
    likeliest: np.ndarray
    """int64 [wanted]: the index of the first of the largest logits"""
    totals: np.ndarray
    """float32 [wanted]: log(sum(exp(logits)))"""

    @classmethod
    def empty(cls, shape: Shape, rows: int, wanted: int) -> "Workspace":
        """Room for so much."""
        queries, keys = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
        return cls(
            counts=np.zeros(3, np.int64),
            planned=np.zeros(3, np.int64),
            pieces=np.zeros(rows, PIECE),
            every=np.arange(rows),
            wanted=np.zeros(wanted, np.int64),
            x=np.zeros((rows, whole(shape.hidden)), np.float32),
            inputs=Inputs.empty(max(rows, wanted), max(shape.hidden, queries, shape.intermediate)),
            wide=np.zeros((rows, whole(max(queries + 2 * keys, 2 * shape.intermediate))), np.float32),
            logits=np.zeros((wanted, whole(shape.vocabulary)), np.float32),
            likeliest=np.zeros(wanted, np.int64),
            totals=np.zeros(wanted, np.float32),
        )
