"""Passes over the tokens of all works side by side; small ones are recorded once and replayed."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from model_runtime.backends.base import Chosen, Work
from model_runtime.backends.card.kernels import attend, gate, normalise, remember
from model_runtime.backends.card.weights import Weights
from model_runtime.backends.decoder.shape import Shape
from model_runtime.backends.sampling import choose

SIZES = (1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128)
"""Tokens of the passes that are recorded: launching their kernels would take longer than computing them."""
_HEIGHT = 16
"""Tokens of a prompt that attention looks at together."""
_SMALLEST = 2048

Record = Callable[[Callable[[], Tensor]], Callable[[], Tensor]]


class CardDecoder:
    """Computes tokens, and fills the cache on the way. Used from one thread.

    `record` makes a function that computes again what another did, from what its inputs hold then.
    """

    def __init__(
        self,
        weights: Weights,
        shape: Shape,
        turns: Tensor,
        *,
        slots: int,
        context_length: int,
        record: Record,
    ) -> None:
        self._weights = weights
        self._shape = shape
        self._turns = turns
        self._slots = slots
        self._limit = context_length
        self._record = record
        self._device, self._dtype = weights.embedding.device, weights.embedding.dtype
        self._recorded: dict[int, tuple[Tensor, Callable[[], Tensor]]] = {}
        empty = torch.zeros(slots, 0, shape.kv_heads, shape.head_size, device=self._device, dtype=self._dtype)
        self._stores = [empty] * (2 * shape.layers)
        """Keys of all layers, then their values: [slots, positions, kv_heads, head_size]."""
        self._reserve(min(_SMALLEST, context_length))
        self.nbytes = weights.nbytes

    @torch.inference_mode()
    def warm(self) -> None:
        """Record all passes that are, and compile what longer ones need: nobody waits for it later."""
        for size in SIZES:
            self._replayed(size)
        rows = torch.arange(_HEIGHT, device=self._device)
        nobodys = torch.stack([rows * 0, rows * 0, self._last + 1 - _HEIGHT + rows])
        piece = torch.tensor([(0, _HEIGHT)], device=self._device, dtype=torch.int32)
        self._compute(nobodys, piece, self._index([0]), height=_HEIGHT)

    @torch.inference_mode()
    def compute(self, works: Sequence[Work]) -> list[Chosen]:
        """What the choices of all works, in their order, come to."""
        return choose(self._logits(works), [choice for work in works for choice in work.choices])

    @torch.inference_mode()  # as what has grown was made
    @torch.inference_mode()  # as what has grown was made
    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        for store in self._stores:
            store[target, :length] = store[source, :length]

    def _logits(self, works: Sequence[Work]) -> Tensor:
        """Of the choices of all works, [choices, vocabulary]. They hold until the next pass."""
        tokens = [token for work in works for token in work.tokens]
        slots = [work.slot for work in works for _ in work.tokens]
        positions = [work.start + place for work in works for place in range(len(work.tokens))]
        ends = torch.tensor([len(work.tokens) for work in works]).cumsum(0).tolist()
        wanted = [row for work, end in zip(works, ends, strict=True) for row in range(end - len(work.choices), end)]
        self._reserve(max(positions) + 1)
        size = next((size for size in SIZES if size >= len(tokens)), None)
        if size is None:
            given = torch.tensor([tokens, slots, positions], device=self._device)
            return self._compute(given, self._pieces(works), self._index(wanted), height=_HEIGHT)
        # Missing tokens are copies of the last: they write what stands there.
        given = torch.tensor([part + part[-1:] * (size - len(part)) for part in (tokens, slots, positions)])
        inputs, replay = self._replayed(size)
        inputs.copy_(given)
        logits = replay()
        return logits[: len(wanted)] if wanted == list(range(len(wanted))) else logits[self._index(wanted)]

    @property
    def _last(self) -> int:
        """A position whose keys and values are nobody's: a sequence writes there before it is read."""
        return self._stores[0].shape[1] - 1

    def _index(self, rows: list[int]) -> Tensor:
        return torch.tensor(rows, device=self._device, dtype=torch.long)

    def _pieces(self, works: Sequence[Work]) -> Tensor:
        pieces, row = [], 0
        for work in works:
            for begin in range(0, len(work.tokens), _HEIGHT):
                pieces.append((row + begin, min(_HEIGHT, len(work.tokens) - begin)))
            row += len(work.tokens)
        return torch.tensor(pieces, device=self._device, dtype=torch.int32)

    def _replayed(self, size: int) -> tuple[Tensor, Callable[[], Tensor]]:
        if size not in self._recorded:
            inputs = torch.zeros(3, size, device=self._device, dtype=torch.long)
            inputs[2] = self._last
            rows = torch.arange(size, device=self._device, dtype=torch.int32)
            pieces = torch.stack([rows, torch.ones_like(rows)], 1).contiguous()
            self._recorded[size] = inputs, self._record(lambda: self._compute(inputs, pieces, None, height=1))
        return self._recorded[size]

    def _compute(self, given: Tensor, pieces: Tensor, wanted: Tensor | None, *, height: int) -> Tensor:
        """Logits of the rows `wanted`, or of all. `given` are tokens, slots and positions, int64 [3, rows]."""
        tokens, slots, positions = given.unbind()
        epsilon, weights = self._shape.epsilon, self._weights
        states = torch.zeros(len(tokens), self._shape.hidden, device=self._device)
        added = functional.embedding(tokens, weights.embedding)
        layers = len(weights.layers)
        for layer, keys, values in zip(weights.layers, self._stores[:layers], self._stores[layers:], strict=True):
            x = layer.attention_in(normalise(states, added, layer.attention_norm, epsilon))
            queries = remember(x, keys, values, layer.norms, self._turns, slots, positions, epsilon)
            seen = attend(queries, keys, values, pieces, slots, positions, height=height)
            x = layer.mlp_in(normalise(states, layer.attention_out(seen), layer.mlp_norm, epsilon))
            added = layer.mlp_out(gate(x))
        if wanted is not None:
            if not len(wanted):
                return states.new_empty(0, self._shape.vocabulary)
            states, added = states[wanted], added[wanted]
        return functional.linear(normalise(states, added, weights.norm, epsilon), weights.head)

    def _reserve(self, positions: int) -> None:
        """Room for so many positions a slot. What was recorded is worthless when keys and values move.

        Raises ValueError for more than the context has: kernels would write behind the end.
        """
        if positions > self._limit:
            raise ValueError(f"{positions} positions are more than the context's {self._limit}")
        if positions <= min(store.shape[1] for store in self._stores):
            return
        self._recorded.clear()
        room = min(self._limit, max(_SMALLEST, 1 << (positions - 1).bit_length()))
        # Memory may run out half-way: what grew already is left alone at the next attempt.
        for at, old in enumerate(self._stores):
            if old.shape[1] < room:
                new = old.new_zeros(self._slots, room, *old.shape[2:])
                new[:, : old.shape[1]] = old
                self._stores[at] = new
