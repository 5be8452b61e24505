"""int8 kernels inside a transformers model."""

from typing import Any

import torch
from torch import Tensor, nn

from model_runtime.kernels.linear import Int8Linear

FINE = {"q_proj", "k_proj", "v_proj", "o_proj"}
"""Attention's projections, by the names that the supported models give them; the lean decoder reads their inputs as
finely. 8 bits there cost a token in ninety (docs/decisions/0006)."""


class Int8Module(nn.Module):
    """Stands where an `nn.Linear` stood; inputs may have any number of leading dimensions."""

    def __init__(self, linear: nn.Linear, *, fine: bool = False) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        bias = linear.bias.detach() if linear.bias is not None else None
        self._kernel = Int8Linear(linear.weight.detach(), bias, fine=fine)

    @property
    def nbytes(self) -> int:
        """Memory of the weights."""
        return self._kernel.bytes

    def forward(self, x: Tensor) -> Tensor:
        """The product, [..., out_features]."""
        return self._kernel(x.reshape(-1, self.in_features)).view(*x.shape[:-1], self.out_features)


def to_int8(model: Any, *, keep: list[str]) -> int:
    """Replace all linear layers but those named in `keep`, one at a time; bytes of the replaced ones."""
    replaced = 0
    for name, module in list(model.named_modules()):
        parent, _, leaf = name.rpartition(".")
        if type(module) is nn.Linear and leaf not in keep:
            with torch.inference_mode():
                quantized = Int8Module(module, fine=leaf in FINE)
            setattr(model.get_submodule(parent), leaf, quantized)
            replaced += quantized.nbytes
    return replaced
