"""Attention of a few rows of one sequence over what its slot holds."""

from typing import Any

import numpy as np

from model_runtime.kernels.compiler import compiled
from model_runtime.kernels.rows import softmax
from model_runtime.kernels.tile import LANES, ROWS, float_tile


@compiled
def attend(queries: Any, keys: Any, values: Any, size: int, start: int, out: Any) -> None:
    """What the queries of one group see; each sees the positions up to its own.

    `queries` and `out` are [rows, heads of the group * size], `start` is the position of the first row, `keys`
    [panels of 16 positions, size, 16] and `values` [panels of 16 columns, positions, 16].
    """
    rows, heads = len(queries), queries.shape[1] // size
    columns = len(values) * LANES
    scale = np.float32(1 / np.sqrt(size))
    reach = start + rows
    tiled = np.empty((ROWS, size), np.float32)
    scores = np.empty((ROWS, -(-reach // LANES) * LANES), np.float32)
    seen = np.empty((ROWS, columns), np.float32)
    size_stride, seen_stride = np.uintp(4 * size), np.uintp(4 * columns)
    score_stride, panel_stride = np.uintp(4 * scores.shape[1]), np.uintp(4 * LANES)
    for first in range(0, rows * heads, ROWS):
        count = min(ROWS, rows * heads - first)
        reach = start + (first + count - 1) // heads + 1
        for at in range(count):
            row, head = (first + at) // heads, (first + at) % heads
            for i in range(size):
                tiled[at, i] = queries[row, head * size + i]
        for panel in range(-(-reach // LANES)):
            float_tile(
                np.uintp(tiled.ctypes.data), size_stride, np.uintp(keys[panel].ctypes.data), panel_stride,
                np.uintp(size), np.uintp(scores[0, panel * LANES :].ctypes.data), score_stride, np.uintp(count),
            )  # fmt: skip
        for at in range(count):
            own = start + (first + at) // heads + 1
            softmax(scores[at, :own], scale)
            scores[at, own:reach] = 0
        for panel in range(len(values)):
            float_tile(
                np.uintp(scores.ctypes.data), score_stride, np.uintp(values[panel].ctypes.data), panel_stride,
                np.uintp(reach), np.uintp(seen[0, panel * LANES :].ctypes.data), seen_stride, np.uintp(count),
            )  # fmt: skip
        for at in range(count):
            row, head = (first + at) // heads, (first + at) % heads
            for i in range(size):
                out[row, head * size + i] = seen[at, i]
