"""Keys and values of the slots; each grows by itself when its sequence needs room."""

from typing import NamedTuple

import numpy as np

from model_runtime.backends.decoder.shape import Shape
from model_runtime.kernels.tile import LANES

SMALLEST = 256


class Slot(NamedTuple):
    """What a sequence's positions left, as attention's tiles read it; sizes are rounded up to whole panels."""

    keys: np.ndarray
    """float32 [layers, kv_heads, positions / 16, head_size, 16]"""
    values: np.ndarray
    """float32 [layers, kv_heads, head_size / 16, positions, 16]"""
    where: tuple[int, int, int]
    """Addresses of keys and values, and the number of panels of positions."""


class KeyValueCache:
    """A `Slot` for every sequence that can run at once."""

    def __init__(self, shape: Shape, *, slots: int, context_length: int) -> None:
        self._limit = context_length
        self._heads = (shape.layers, shape.kv_heads)
        self._head_size = shape.head_size
        self.slots = [self._empty(min(SMALLEST, context_length)) for _ in range(slots)]

    @property
    def nbytes(self) -> int:
        """Memory it takes now."""
        return sum(slot.keys.nbytes + slot.values.nbytes for slot in self.slots)

    def reserve(self, slot: int, positions: int) -> Slot:
        """The slot, with room for `positions`; grown to twice its size or more, so that it is rare.

        Raises ValueError for more than the context has: compiled code would write behind the slot's end.
        """
        if positions > self._limit:
            raise ValueError(f"{positions} positions are more than the context's {self._limit}")
        old = self.slots[slot]
        if positions <= old.values.shape[3]:
            return old
        new = self._empty(min(self._limit, 1 << (positions - 1).bit_length()))
        _copy(old, new, old.values.shape[3])
        self.slots[slot] = new
        return new

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        _copy(self.slots[source], self.reserve(target, length), length)

    def _empty(self, positions: int) -> Slot:
        panels, columns = -(-positions // LANES), -(-self._head_size // LANES)
        keys = np.zeros((*self._heads, panels, self._head_size, LANES), np.float32)
        values = np.zeros((*self._heads, columns, panels * LANES, LANES), np.float32)
        return Slot(keys, values, (keys.ctypes.data, values.ctypes.data, panels))


def _copy(source: Slot, target: Slot, length: int) -> None:
    panels = -(-length // LANES)
    target.keys[:, :, :panels] = source.keys[:, :, :panels]
    target.values[:, :, :, :length] = source.values[:, :, :, :length]
