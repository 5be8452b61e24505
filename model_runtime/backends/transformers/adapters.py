"""Low-rank adapters inside a transformers model: each row of a batch has its own, or none."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from model_runtime.loading.adapters import Adapter


class AdapterRows:
    """Which rows of the present pass each adapter has; shared by all adapted layers of a model."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, slice | Tensor]] = []

    def aim(self, adapters: Sequence[str | None], device: torch.device) -> None:
        """Row i of the next pass is computed with `adapters[i]`."""
        own: dict[str, list[int]] = {}
        for row, name in enumerate(adapters):
            if name is not None:
                own.setdefault(name, []).append(row)
        self.rows = [
            (name, slice(None) if len(rows) == len(adapters) else torch.tensor(rows, device=device))
            for name, rows in own.items()
        ]


class AdaptedLinear(nn.Module):
    """A linear layer of any kind, quantized ones too, and what adapters add to the rows that have them."""

    def __init__(self, base: nn.Module, rows: AdapterRows) -> None:
        super().__init__()
        self.base = base
        self._rows = rows
        self._factors: dict[str, tuple[Tensor, Tensor]] = {}

    @property
    def nbytes(self) -> int:
        """Memory of the adapters."""
        return sum(down.nbytes + up.nbytes for down, up in self._factors.values())

    def add(self, name: str, down: Tensor, up: Tensor) -> None:
        """Add scale · (x Aᵀ) Bᵀ for rows that have adapter `name`: `down` is Aᵀ, `up` is scale · Bᵀ."""
        self._factors[name] = down, up

    def forward(self, x: Tensor) -> Tensor:
        """The product, [rows, tokens, outputs], of x [rows, tokens, inputs]."""
        y: Tensor = self.base(x)
        for name, rows in self._rows.rows:
            factors = self._factors.get(name)
            if factors is not None:
                down, up = factors
                y[rows] += x[rows] @ down @ up
        return y


def adapt(model: Any, adapters: Sequence[Adapter]) -> AdapterRows:
    """Wrap the layers of `model` that the adapters change; what is given back chooses the rows of each pass."""
    rows = AdapterRows()
    weight = next(model.parameters())
    for adapter in adapters:
        for factors in adapter.factors:
            layer = model.get_submodule(factors.module)
            if not isinstance(layer, AdaptedLinear):
                layer = AdaptedLinear(layer, rows)
                model.set_submodule(factors.module, layer)
            down, up = (half.to(weight.device, model.dtype).t().contiguous() for half in (factors.down, factors.up))
            layer.add(adapter.name, down, up * factors.scale)
    return rows
