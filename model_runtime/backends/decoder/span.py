"""A sequence's part of a pass: its rows, and the places of its slot that they fill and see."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Span:
    """Rows `begin:end` of the pass. The tuples have a view a layer, made once a pass instead of once a layer.

    `mask` ([rows, positions], 0 or -inf) hides later positions; a single row sees all and needs none.
    """

    begin: int
    end: int
    filled: tuple[Tensor, ...]
    """[2, kv_heads, rows, head_size]: where the rows' keys and values go."""
    keys: tuple[Tensor, ...]
    """[kv_heads, positions, head_size]"""
    values: tuple[Tensor, ...]
    mask: Tensor | None

    @classmethod
    def of(cls, slot: Tensor, begin: int, start: int, count: int) -> "Span":
        """`count` rows from `begin` on, whose first stands at position `start` of `slot` (see `KeyValueCache`)."""
        reach = start + count
        seen = slot[:, :, :, :reach]
        mask = None
        if count > 1:
            later = torch.ones(count, reach, dtype=torch.bool).triu_(start + 1)
            mask = torch.zeros(later.shape).masked_fill_(later, -torch.inf)
        return cls(
            begin=begin,
            end=begin + count,
            filled=slot[:, :, :, start:reach].unbind(0),
            keys=seen[:, 0].unbind(0),
            values=seen[:, 1].unbind(0),
            mask=mask,
        )
