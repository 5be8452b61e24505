"""int8 layers for transformers' models on a CPU: fbgemm's product, with a scale for every row of the input."""

import warnings

import torch
from torch import Tensor


class Int8Linear:
    """Weights as int8 with a scale an output; inputs become int8 with a scale a row.

    fbgemm by itself scales the whole input by its largest number, so that one token's outlier would blur its
    neighbours, and an answer would depend on whom it shares a batch with. Rows are therefore divided by their
    own largest number first; then the scale is always the same, and sums of integers are exact.

    A `fine` layer's inputs have twice 8 bits: a second product adds what the first one's levels left of them.
    """

    # Without VNNI pairs of products are summed in 16 bits, which only inputs of 7 bits never overflow.
    _LEVELS = 127 if torch.cpu._is_vnni_supported() else 63

    def __init__(self, weight: Tensor, bias: Tensor | None = None, *, fine: bool = False) -> None:
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
        self._fine = fine
        self._multiply = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32.default

    def __call__(self, x: Tensor) -> Tensor:
        """The product, [tokens, outputs]."""
        scaled, scale = _scaled(x)
        if self._fine:
            levels = (scaled * self._LEVELS).round() / self._LEVELS  # fbgemm would round some the other way
            rest, rest_scale = _scaled(scaled - levels)
            product = self._product(levels).addcmul_(self._product(rest), rest_scale)
        else:
            product = self._product(scaled)
        return product.mul_(scale) if self._bias is None else torch.addcmul(self._bias, product, scale)

    def _product(self, x: Tensor) -> Tensor:
        """Of rows whose largest number is 1, without bias."""
        return self._multiply(x, 1 / self._LEVELS, self._LEVELS + 1, self._weight)


def _scaled(x: Tensor) -> tuple[Tensor, Tensor]:
    """Rows divided by their largest number, and these numbers."""
    scale = x.abs().amax(-1, keepdim=True).clamp_min_(1e-30)
    return x / scale, scale
