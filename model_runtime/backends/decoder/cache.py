"""Keys and values of the slots; each grows by itself when its sequence needs room."""

import torch
from torch import Tensor

from model_runtime.backends.decoder.shape import Shape

SMALLEST = 256


class KeyValueCache:
    """For every slot, one tensor [layers, 2, kv_heads, positions, head_size]: keys, then values."""

    def __init__(self, shape: Shape, *, slots: int, context_length: int) -> None:
        self._limit = context_length
        self._size = (shape.layers, 2, shape.kv_heads)
        self._head_size = shape.head_size
        self.slots = [self._empty(min(SMALLEST, context_length)) for _ in range(slots)]

    @property
    def nbytes(self) -> int:
        """Memory it takes now."""
        return sum(slot.nbytes for slot in self.slots)

    def reserve(self, slot: int, positions: int) -> Tensor:
        """The tensor of `slot`, with room for `positions`; grown to twice its size or more, so that it is rare."""
        old = self.slots[slot]
        if positions <= old.shape[3]:
            return old
        new = self._empty(min(self._limit, 1 << (positions - 1).bit_length()))
        new[:, :, :, : old.shape[3]] = old
        self.slots[slot] = new
        return new

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        self.reserve(target, length)[:, :, :, :length] = self.slots[source][:, :, :, :length]

    def _empty(self, positions: int) -> Tensor:
        return torch.zeros(*self._size, positions, self._head_size)
