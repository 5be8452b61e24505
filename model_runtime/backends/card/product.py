"""Products of a few rows with weights: as they are, in int8 by a kernel of our own, or in nf4 by bitsandbytes."""

from collections.abc import Callable
from typing import Any, Protocol

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.nn import functional

from model_runtime.quantizations import Quantization

_FEW = 64
"""Rows up to which weights are multiplied as int8. For more it is quicker to make them large first."""
_BLOCKS = 256
"""What keeps the memory of a large card busy: two for each multiprocessor."""


class Product(Protocol):
    """Weights [outputs, inputs] on the card."""

    nbytes: int

    def __call__(self, x: Tensor) -> Tensor:
        """x [rows, inputs] times the weights: [rows, outputs]."""


class Plain:
    """Weights as the model computes, and a bias."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight, self._bias = weight, bias
        self.nbytes = weight.nbytes + (bias.nbytes if bias is not None else 0)

    def __call__(self, x: Tensor) -> Tensor:
        return functional.linear(x, self._weight, self._bias)


class Int8:
    """Levels of -127 to 127 with a scale a row; inputs stay as they are."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        scales = weight.abs().amax(1).float().clamp(min=1e-30) / 127
        self._levels = (weight / scales[:, None]).round().to(torch.int8)
        self._scales, self._bias = scales, bias
        self.nbytes = self._levels.nbytes + scales.nbytes + (bias.nbytes if bias is not None else 0)

    def __call__(self, x: Tensor) -> Tensor:
        if len(x) > _FEW:
            weight = self._levels.to(x.dtype) * self._scales[:, None].to(x.dtype)
            return functional.linear(x, weight, self._bias)
        y = _few(x, self._levels, self._scales)
        return y if self._bias is None else y + self._bias


class Nf4:
    """bitsandbytes' nf4, in blocks of 64 (Dettmers and others, QLoRA, 2023)."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        import bitsandbytes

        self._multiply = bitsandbytes.matmul_4bit
        self._levels, self._state = bitsandbytes.functional.quantize_4bit(weight, blocksize=64, quant_type="nf4")
        self._bias = bias
        self.nbytes = self._levels.nbytes + self._state.absmax.nbytes + (bias.nbytes if bias is not None else 0)

    def __call__(self, x: Tensor) -> Tensor:
        product: Tensor = self._multiply(x, self._levels.t(), quant_state=self._state, bias=self._bias)
        return product


KINDS: dict[Quantization, Callable[[Tensor, Tensor | None], Product]] = {"none": Plain, "int8": Int8, "nf4": Nf4}


@triton.jit
def _multiply(  # noqa: PLR0913, PLR0917
    x: "Any",
    levels: "Any",
    scales: "Any",
    out: "Any",
    rows: "Any",
    outputs: "Any",
    inputs: "Any",
    STEPS: tl.constexpr,
    HEIGHT: tl.constexpr,
    WIDTH: tl.constexpr,
    DEPTH: tl.constexpr,
) -> None:
    column = tl.program_id(0) * WIDTH + tl.arange(0, WIDTH)
    share = tl.program_id(1)
    row = tl.arange(0, HEIGHT)
    summed = tl.zeros((HEIGHT, WIDTH), tl.float32)
    for step in range(STEPS):
        at = (share * STEPS + step) * DEPTH + tl.arange(0, DEPTH)
        deep = (at < inputs)[None, :]
        left = tl.load(x + row[:, None] * inputs + at[None, :], mask=(row < rows)[:, None] & deep, other=0.0)
        right = tl.load(
            levels + column[:, None].to(tl.int64) * inputs + at[None, :],
            mask=(column < outputs)[:, None] & deep,
            other=0,
        )
        summed += tl.dot(left, tl.trans(right.to(left.dtype)))
    summed *= tl.load(scales + column, mask=column < outputs, other=0.0)[None, :]
    where = (share * rows + row[:, None]) * outputs + column[None, :]
    inside = (row < rows)[:, None] & (column < outputs)[None, :]
    tl.store(out + where, summed.to(out.dtype.element_ty), mask=inside)


def _few(x: Tensor, levels: Tensor, scales: Tensor, *, width: int = 32, depth: int = 256) -> Tensor:
    """The product of at most `_FEW` rows. Where there are few outputs, inputs are shared out and added up after."""
    rows, inputs = x.shape
    outputs = len(levels)
    blocks = triton.cdiv(outputs, width)
    shares = max(1, min(8, _BLOCKS // blocks, inputs // depth))
    steps = triton.cdiv(triton.cdiv(inputs, shares), depth)
    shares = triton.cdiv(inputs, steps * depth)
    out = torch.empty((shares, rows, outputs), dtype=x.dtype if shares == 1 else torch.float32, device=x.device)
    _multiply[(blocks, shares)](
        x,
        levels,
        scales,
        out,
        rows,
        outputs,
        inputs,
        STEPS=steps,
        HEIGHT=max(16, triton.next_power_of_2(rows)),
        WIDTH=width,
        DEPTH=depth,
    )
    return out[0] if shares == 1 else out.sum(0).to(x.dtype)
