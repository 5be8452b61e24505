"""Linear layers as panels of 16 outputs, float32 or int8, and a part of their product."""

from typing import Any, NamedTuple

import numpy as np

from model_runtime.kernels.compiler import compiled, inlined
from model_runtime.kernels.product_tile import float_product, int8_product
from model_runtime.kernels.rows import quantise, without_levels
from model_runtime.kernels.tile import LANES, tall, together

STEP = 64
"""Bytes of a panel that one step of a tile takes: 16 outputs times 4 bytes of the input."""
_PANELS = 8
"""Panels of a product's part: some ten microseconds' work for one row."""
_HEIGHT = 64
"""Most rows of a product's part: they stay in a core's cache beside the panels."""


class Matrices(NamedTuple):
    """The weights of one kind of linear layer, y = x W^T + b, for all layers; what numba takes as it is.

    int8 weights have a scale for each output. Inputs of int8 products have one for each row, so that no row blurs
    another, and are unsigned; `offsets` is what that adds to the sums: 128 times the sum of an output's weights.
    """

    panels: np.ndarray
    """uint8 [layers, panels, steps, STEP]"""
    scales: np.ndarray
    """float32 [layers, panels * 16]"""
    offsets: np.ndarray
    """int32 [layers, panels * 16]"""
    biases: np.ndarray
    """float32 [layers + 1, panels * 16]; the last are zeros, for a product that completes another"""
    int8: bool
    fine: bool
    """Whether inputs of int8 products have twice 8 bits: a second product adds what the first 8 left."""
    added: bool
    """Whether products are added to what is there already."""

    @classmethod
    def empty(
        cls, layers: int, outputs: int, inputs: int, *, int8: bool, fine: bool = False, added: bool = False
    ) -> "Matrices":
        """Room for `layers` matrices of [outputs, inputs]; `fill` each."""
        panels, steps = -(-outputs // LANES), -(-inputs // 4) if int8 else inputs
        return cls(
            panels=np.zeros((layers, panels, steps, STEP), np.uint8),
            scales=np.ones((layers, panels * LANES), np.float32),
            offsets=np.zeros((layers, panels * LANES), np.int32),
            biases=np.zeros((layers + 1, panels * LANES), np.float32),
            int8=int8,
            fine=fine,
            added=added,
        )

    @property
    def nbytes(self) -> int:
        """Memory they take."""
        return self.panels.nbytes + self.scales.nbytes + self.offsets.nbytes + self.biases.nbytes

    def fill(self, layer: int, weight: np.ndarray, bias: np.ndarray | None = None) -> None:
        """Set the matrix of `layer` to `weight` (float32 [outputs, inputs])."""
        if bias is not None:
            self.biases[layer, : len(bias)] = bias
        if self.int8:
            scales = np.maximum(np.abs(weight).max(1), np.float32(1e-12)) / np.float32(127)
            weight = np.rint(weight / scales[:, None]).astype(np.int8)
            self.scales[layer, : len(scales)] = scales
            self.offsets[layer, : len(scales)] = 128 * weight.sum(1, dtype=np.int32)
        panels, steps, _ = self.panels[layer].shape
        wide = 4 if self.int8 else 1  # numbers of the input in a step
        padded = np.zeros((panels * LANES, steps * wide), weight.dtype)
        padded[: weight.shape[0], : weight.shape[1]] = weight
        blocks = padded.reshape(panels, LANES, steps, wide).transpose(0, 2, 1, 3)
        self.panels[layer].view(weight.dtype).reshape(panels, steps, LANES, wide)[:] = blocks


class Inputs(NamedTuple):
    """Rows as products read them: float32, or 8-bit levels with a scale a row, and perhaps what these left."""

    floats: np.ndarray
    """float32 [rows, most numbers]"""
    levels: np.ndarray
    """uint8 [rows, most numbers, rounded up to four]"""
    scales: np.ndarray
    """float32 [rows]"""
    rests: np.ndarray
    """uint8, as `levels`: of what is left when the levels' worth is taken away"""
    rest_scales: np.ndarray
    """float32 [rows]"""

    @classmethod
    def empty(cls, rows: int, width: int) -> "Inputs":
        """Room for `rows` of at most `width` numbers."""
        whole = -(-width // 4) * 4
        return cls(
            np.zeros((rows, width), np.float32),
            np.zeros((rows, whole), np.uint8),
            np.zeros(rows, np.float32),
            np.zeros((rows, whole), np.uint8),
            np.zeros(rows, np.float32),
        )


@inlined
def prepare(inputs: Any, row: int, width: int, matrices: Any) -> None:
    """Make the floats of a row what `matrices` take; they are used up."""
    if matrices.int8:
        floats = inputs.floats[row, :width]
        inputs.scales[row] = quantise(floats, inputs.levels[row])
        if matrices.fine:
            without_levels(floats, inputs.levels[row], inputs.scales[row])
            inputs.rest_scales[row] = quantise(floats, inputs.rests[row])


@compiled
def product_parts(rows: int, matrices: Any) -> int:
    """Into how many parts a product of so many rows is cut."""
    return -(-matrices.panels.shape[1] // _PANELS) * -(-rows // _HEIGHT)


@compiled
def multiply_part(inputs: Any, rows: int, matrices: Any, layer: int, part: int, out: Any) -> None:
    """One of `product_parts`, into `out` ([rows, whole panels])."""
    down = -(-rows // _HEIGHT)
    first, top = part // down * _PANELS, part % down * _HEIGHT
    bottom, last = min(top + _HEIGHT, rows), min(first + _PANELS, matrices.panels.shape[1])
    multiply(inputs, top, bottom, matrices, layer, first, last, out)


@compiled
def multiply(
    inputs: Any, top: int, bottom: int, matrices: Any, layer: int, first: int, last: int, out: Any
) -> None:
    """Panels `first` to `last` of the product of rows `top` to `bottom`, into `out` ([rows, whole panels])."""
    biases, zeros = matrices.biases[layer].ctypes.data, matrices.biases[-1].ctypes.data
    here = top, bottom, first, last
    if matrices.int8:
        levels, rests = inputs.levels.ctypes.data, inputs.rests.ctypes.data
        stride = inputs.levels.shape[1]
        scales, rest_scales = inputs.scales.ctypes.data, inputs.rest_scales.ctypes.data
        _multiply((levels, stride, scales), here, matrices, layer, (biases, matrices.added), out)
        if matrices.fine:
            _multiply((rests, stride, rest_scales), here, matrices, layer, (zeros, True), out)
    else:
        floats, stride = inputs.floats.ctypes.data, 4 * inputs.floats.shape[1]
        _multiply((floats, stride, 0), here, matrices, layer, (biases, matrices.added), out)


@compiled
def _multiply(inputs: Any, here: Any, matrices: Any, layer: int, biased: Any, out: Any) -> None:
    """As `multiply`. `inputs` are their address, stride and scales' address; `biased` that of biases, and whether
    to add to what is in `out`; `here` the first and last rows and panels."""
    top, bottom, first, last = here
    steps, step = np.uintp(matrices.panels.shape[2]), np.uintp(STEP)
    x, stride, row_scales = np.uintp(inputs[0]), np.uintp(inputs[1]), np.uintp(inputs[2])
    w, panel_stride = np.uintp(matrices.panels[layer, 0].ctypes.data), steps * step
    biases, added = np.uintp(biased[0]), np.uintp(biased[1])
    scales, offsets = np.uintp(matrices.scales[layer].ctypes.data), np.uintp(matrices.offsets[layer].ctypes.data)
    results, out_stride = np.uintp(out.ctypes.data), np.uintp(4 * out.shape[1])
    row = top
    while row < bottom:
        rows = tall(bottom - row)
        begin, end = x + np.uintp(row) * stride, results + np.uintp(row) * out_stride
        panel = first
        while panel < last:
            wide = together(rows, last - panel)
            weights, columns = w + np.uintp(panel) * panel_stride, np.uintp(4 * LANES * panel)
            where = begin, stride, weights, step, panel_stride, steps, np.uintp(rows), np.uintp(wide)
            place, added_to = (end + columns, out_stride), (biases + columns, added)
            if matrices.int8:
                scaled = row_scales + np.uintp(4 * row), offsets + columns, scales + columns
                int8_product(where, place, added_to, scaled)
            else:
                float_product(where, place, added_to)
            panel += wide
        row += rows
