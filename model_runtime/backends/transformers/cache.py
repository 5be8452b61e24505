"""One key-value cache for all slots, so that sequences of different lengths share a forward pass."""

import torch


class SlotCache:
    """Keys and values of every layer as [slots, heads, positions, size], grown when a sequence needs room.

    Attention modules of transformers call `update` as they do on the library's own caches. Where to write is
    set by `aim` before the pass.
    """

    def __init__(self, slots: int, context_length: int) -> None:
        self._slots = slots
        self._limit = context_length
        self._capacity = 0
        self._keys: dict[int, torch.Tensor] = {}
        self._values: dict[int, torch.Tensor] = {}
        self._rows: slice | torch.Tensor = slice(0, 0)
        self._positions = torch.empty(0, dtype=torch.long)
        self._reach = 0

    def aim(self, slots: list[int], positions: torch.Tensor, reach: int) -> None:
        """Direct the next pass: row i of the batch is `slots[i]` and writes at `positions[i]` ([rows, tokens]).

        `reach` is the number of positions any row attends to.
        """
        contiguous = slots == list(range(slots[0], slots[0] + len(slots)))
        # A slice is a view; an index copies what it reads, which only gaps between running slots need.
        self._rows = (
            slice(slots[0], slots[0] + len(slots)) if contiguous else torch.tensor(slots, device=positions.device)
        )
        self._index = torch.tensor(slots, device=positions.device)[:, None]
        self._positions = positions
        self._reach = reach
        if reach > self._capacity:
            self._grow(reach)

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, layer_idx: int, *_: object, **__: object
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Store a layer's new keys and values ([rows, heads, tokens, size]); give back all that rows attend to."""
        if layer_idx not in self._keys:
            self._keys[layer_idx] = self._empty(key_states, self._capacity)
            self._values[layer_idx] = self._empty(value_states, self._capacity)
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
        capacity = min(self._limit, max(256, 1 << (needed - 1).bit_length()))
        # Memory may run out half-way: a layer that grew already is left alone at the next attempt.
        for store in (self._keys, self._values):
            for layer, old in store.items():
                if old.shape[2] < capacity:
                    new = self._empty(old, capacity)
                    new[:, :, : old.shape[2]] = old
                    store[layer] = new
        self._capacity = capacity
