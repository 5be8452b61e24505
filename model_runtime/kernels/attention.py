"""Attention of a few rows of one sequence over what its slot holds."""

from typing import Any

import numpy as np

from model_runtime.kernels.compiler import compiled, inlined
from model_runtime.kernels.rows import softmax
from model_runtime.kernels.tile import LANES, ROWS, float_tile, tall, together


@inlined
def attend(queries: Any, keys: Any, values: Any, size: int, start: int, whole: int, out: Any) -> None:
    """What the queries of one group see: each the positions up to its own, or all of so many if `whole` is not 0.

    `queries` and `out` are [rows, heads of the group * size], `start` is the position of the first row, `keys`
    [panels of 16 positions, size, 16] and `values` [panels of 16 columns, positions, 16].
    """
    rows, heads = len(queries), queries.shape[1] // size
    columns = len(values) * LANES
    scale = np.float32(1 / np.sqrt(size))
    reach = whole or start + rows
    tiled = np.empty((ROWS, size), np.float32)
    scores = np.empty((ROWS, -(-reach // LANES) * LANES), np.float32)
    seen = np.empty((ROWS, columns), np.float32)
    first = 0
    while first < rows * heads:
        count = tall(rows * heads - first)
        reach = whole or start + (first + count - 1) // heads + 1
        for at in range(count):
            row, head = (first + at) // heads, (first + at) % heads
            for i in range(size):
                tiled[at, i] = queries[row, head * size + i]
        _multiply(tiled, count, keys, size, scores, -(-reach // LANES))
        for at in range(count):
            own = whole or start + (first + at) // heads + 1
            softmax(scores[at, :own], scale)
            scores[at, own:reach] = 0
        _multiply(scores, count, values, reach, seen, len(values))
        for at in range(count):
            row, head = (first + at) // heads, (first + at) % heads
            for i in range(size):
                out[row, head * size + i] = seen[at, i]
        first += count


@compiled
def _multiply(x: Any, rows: int, w: Any, steps: int, out: Any, panels: int) -> None:
    """The first `rows` rows of x times the first `steps` steps of so many panels."""
    step, panel_stride = np.uintp(4 * LANES), np.uintp(4 * LANES * w.shape[1])
    stride, out_stride = np.uintp(4 * x.shape[1]), np.uintp(4 * out.shape[1])
    begin, weights, results = np.uintp(x.ctypes.data), np.uintp(w.ctypes.data), np.uintp(out.ctypes.data)
    panel = 0
    while panel < panels:
        wide = together(rows, panels - panel)
        from_panel = weights + np.uintp(panel) * panel_stride
        where = begin, stride, from_panel, step, panel_stride, np.uintp(steps), np.uintp(rows), np.uintp(wide)
        float_tile(where, (results + np.uintp(panel) * step, out_stride))
        panel += wide
