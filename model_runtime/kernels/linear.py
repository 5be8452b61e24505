"""Linear layers on a CPU: float32 through oneDNN, int8 through fbgemm with a scale for every row of the input."""

import warnings
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor


class Linear(Protocol):
    """y = x W^T + b for x of [tokens, inputs]."""

    bytes: int
    """Memory of the weights."""

    def __call__(self, x: Tensor) -> Tensor:
        """The product, [tokens, outputs]."""

    def added_to(self, residual: Tensor, x: Tensor) -> Tensor:
        """The product plus `residual`."""


class Float32Linear:
    """Weights in the blocked layout of oneDNN, which is up to twice as fast here as a plain matrix product."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        weight = weight.float().contiguous()
        self.bytes = weight.nbytes
        # The layout is chosen for a batch of this size; others are computed in it as well.
        blocked = torch.ops.mkldnn._reorder_linear_weight(weight, 8)
        self._rest: tuple[Any, ...] = (blocked, bias.float() if bias is not None else None, "none", [], "")
        self._multiply = torch.ops.mkldnn._linear_pointwise.default

    def __call__(self, x: Tensor) -> Tensor:
        """The product, [tokens, outputs]."""
        rows = len(x)
        padding = _rounded(rows) - rows
        product: Tensor = self._multiply(F.pad(x, (0, 0, 0, padding)) if padding else x, *self._rest)
        return product[:rows] if padding else product

    def added_to(self, residual: Tensor, x: Tensor) -> Tensor:
        """The product plus `residual`."""
        return self(x).add_(residual)


def _rounded(rows: int) -> int:
    """The rows to compute for `rows`: oneDNN keeps machine code for every number it has met, up to 300 KB each."""
    step = 1 if rows <= 16 else 16 if rows <= 128 else 64
    return -(-rows // step) * step


class Int8Linear:
    """Weights as int8 with a scale an output; inputs become int8 with a scale a row.

    fbgemm by itself scales the whole input by its largest number, so that one token's outlier would blur its
    neighbours, and an answer would depend on whom it shares a batch with. Rows are therefore divided by their
    own largest number first; then the scale is always the same, and sums of integers are exact.
    """

    # Without VNNI pairs of products are summed in 16 bits, which only inputs of 7 bits never overflow.
    _LEVELS = 127 if torch.cpu._is_vnni_supported() else 63

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        weight = weight.float()
        scales = weight.abs().amax(1).clamp_min_(1e-12) / 127
        zeros = torch.zeros(len(weight), dtype=torch.long)
        with warnings.catch_warnings():
            # Deprecated, but the only way to fbgemm's kernels; torch is pinned (docs/decisions/0005).
            warnings.simplefilter("ignore", UserWarning)
            quantized = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        self.bytes = weight.numel() + scales.nbytes
        torch.backends.quantized.engine = "fbgemm"
        self._weight = torch.ops.quantized.linear_prepack(quantized, None)
        self._bias = bias.float() if bias is not None else None
        self._multiply = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32.default

    def __call__(self, x: Tensor) -> Tensor:
        """The product, [tokens, outputs]."""
        product, scale = self._product(x)
        return product.mul_(scale) if self._bias is None else torch.addcmul(self._bias, product, scale)

    def added_to(self, residual: Tensor, x: Tensor) -> Tensor:
        """The product plus `residual`."""
        product, scale = self._product(x)
        added = torch.addcmul(residual, product, scale)
        return added if self._bias is None else added.add_(self._bias)

    def _product(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The product without bias, and what each of its rows must still be multiplied with."""
        scale = x.abs().amax(-1, keepdim=True).clamp_min_(1e-30)
        return self._multiply(x / scale, 1 / self._LEVELS, self._LEVELS + 1, self._weight), scale
