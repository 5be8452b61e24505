"""One key-value cache for all slots, so that sequences of different lengths share a forward pass."""

import torch


class SlotCache:
    """Keys and values of every layer as [slots, heads, positions, size], grown when a sequence needs room.

    Attention modules of transformers call `update` as they do on the library's own caches. Where to write is
    set by `aim` before the pass. `smallest` is how many positions there are at first.
    """

    def __init__(self, slots: int, context_length: int, *, smallest: int = 256) -> None:
        self._slots = slots
        self._limit = context_length
        self._smallest = smallest
        self.capacity = 0
        self._keys: dict[int, torch.Tensor] = {}
        self._values: dict[int, torch.Tensor] = {}
        self._rows: slice | torch.Tensor = slice(0, 0)
        self._positions = torch.empty(0, dtype=torch.long)
        self._reach = 0

    def reserve(self, positions: int) -> bool:
        """Make room for so many positions a slot; whether keys and values have moved for it."""
        if positions <= self.capacity:
            return False
        self._grow(positions)
        return True

    def aim(self, slots: torch.Tensor, positions: torch.Tensor, reach: int, *, rows: slice | None = None) -> None:
        """Direct the next pass: row i of the batch is `slots[i]` and writes at `positions[i]` ([rows, tokens]).

        `reach` is the number of positions any row attends to, for which there is room. `rows` are the slots where
        they follow each other: a slice is a view, an index copies what it reads.
        """
        self._rows = slots if rows is None else rows
        self._index = slots[:, None]
        self._positions = positions
        self._reach = reach

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, layer_idx: int, *_: object, **__: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Store a layer's new keys and values ([rows, heads, tokens, size]); give back all that rows attend to."""
        if layer_idx not in self._keys:
            self._keys[layer_idx] = self._empty(key_states, self.capacity)
            self._values[layer_idx] = self._empty(value_states, self.capacity)
        keys, values = self._keys[layer_idx], self._values[layer_idx]
        keys[self._index, :, self._positions] = key_states.transpose(1, 2)
        values[self._index, :, self._positions] = value_states.transpose(1, 2)
        return keys[self._rows, :, : self._reach], values[self._rows, :, : self._reach]

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`, in every layer."""
        for store in (self._keys, self._values):
            for tensor in store.values():
                tensor[target, :, :length] = tensor[source, :, :length]

    def clear(self, slot: int, start: int) -> None:
        """Make all from position `start` of a slot zeros, in every layer."""
        for store in (self._keys, self._values):
            for tensor in store.values():
                tensor[slot, :, start:] = 0

    def get_seq_length(self, layer_idx: int = 0) -> int:
        """Unused by attention, asked by some models: the positions any row attends to."""
        return self._reach

    def _empty(self, like: torch.Tensor, capacity: int) -> torch.Tensor:
        # Zeroed, because masked positions still enter 0 x value: uninitialised memory may hold NaN.
        return like.new_zeros(self._slots, like.shape[1], capacity, like.shape[3])

    def _grow(self, needed: int) -> None:
        capacity = min(self._limit, max(self._smallest, 1 << (needed - 1).bit_length()))
        # Memory may run out half-way: a layer that grew already is left alone at the next attempt.
        for store in (self._keys, self._values):
            for layer, old in store.items():
                if old.shape[2] < capacity:
                    new = self._empty(old, capacity)
                    new[:, :, : old.shape[2]] = old
                    store[layer] = new
        self.capacity = capacity
