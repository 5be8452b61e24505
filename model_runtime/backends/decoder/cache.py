"""Keys and values of all slots, grown when a sequence needs room."""

import torch

from model_runtime.backends.decoder.shape import Shape

SMALLEST = 256


class KeyValueCache:
    """For every layer a tensor [slots, 2, kv_heads, positions, head_size]: keys, then values."""

    def __init__(self, shape: Shape, *, slots: int, context_length: int) -> None:
        self._limit = context_length
        self.capacity = min(SMALLEST, context_length)
        size = (slots, 2, shape.kv_heads, self.capacity, shape.head_size)
        self.layers = [torch.zeros(size) for _ in range(shape.layers)]

    @property
    def nbytes(self) -> int:
        """Memory it takes now."""
        return sum(layer.nbytes for layer in self.layers)

    def reserve(self, positions: int) -> None:
        """Make room for `positions` in every slot, at least doubling, so that growing stays rare."""
        if positions <= self.capacity:
            return
        self.capacity = min(self._limit, 1 << (positions - 1).bit_length())
        for index, old in enumerate(self.layers):
            new = old.new_zeros(*old.shape[:3], self.capacity, old.shape[4])
            new[:, :, :, : old.shape[3]] = old
            self.layers[index] = new

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        for layer in self.layers:
            layer[target, :, :, :length] = layer[source, :, :, :length]
