"""Small passes recorded as CUDA graphs: launching a pass's thousand kernels takes longer than computing them."""

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from model_runtime.backends.recording import CudaRecorder, Record, Replay

logger = logging.getLogger(__name__)

LENGTHS = (1, 5, 9, 17)
"""Tokens a row of a recorded pass has: one, or one and as many drafts as are usually guessed."""
MOST_TOKENS = 512
"""Of all rows; what is larger keeps the card busy by itself."""
LEAST_REACH = 512

Compute = Callable[[Tensor, Tensor, Tensor, int], Tensor]
"""Tokens and positions ([rows, tokens]), slots ([rows]) and how far rows attend, to logits of every place."""


class PassGraphs:
    """Computes passes by replaying recordings, of which there is one for each of a few sizes.

    `record` makes one; a model that cannot be recorded is computed as it was, and that is logged once.
    """

    def __init__(self, compute: Compute, device: torch.device, record: Record | None = None) -> None:
        self._compute = compute
        self._device = device
        self._record = record or CudaRecorder()
        self._passes: dict[tuple[int, int, int], tuple[Tensor, Replay]] = {}
        self._possible = True

    def takes(self, rows: int, longest: int) -> bool:
        """Whether so many rows of at most so many tokens are better replayed."""
        return self._possible and longest <= LENGTHS[-1] and _up(rows) * _length(longest) <= MOST_TOKENS

    def forget(self) -> None:
        """Drop all recordings: what they point to has moved."""
        self._passes.clear()

    def run(self, tokens: list[list[int]], positions: list[list[int]], slots: list[int], capacity: int) -> Tensor:
        """Logits [rows, tokens, vocabulary]: for each row of its last places, as many as the pass is wide.

        Shorter rows are led by copies of their first token in that token's place, missing rows are copies of the
        last: both write what stands there. `capacity` is how far the cache reaches.
        """
        length = _length(max(map(len, tokens)))
        rows = _up(len(tokens))
        furthest = max(row[-1] for row in positions) + 1
        reach = min(capacity, max(LEAST_REACH, _up(furthest)))
        values = [
            [*([row[0]] * (length - len(row)) + row), *([place[0]] * (length - len(place)) + place), slot]
            for row, place, slot in zip(tokens, positions, slots, strict=True)
        ]
        values += values[-1:] * (rows - len(values))
        key = (rows, length, reach)
        if key not in self._passes:
            return self._first(key, torch.tensor(values, device=self._device))[: len(tokens)]
        inputs, replay = self._passes[key]
        inputs.copy_(torch.tensor(values))
        return replay()[: len(tokens)]

    def _first(self, key: tuple[int, int, int], inputs: Tensor) -> Tensor:
        """Compute a pass of a new size, and record it for the next time."""
        _, length, reach = key

        def compute() -> Tensor:
            return self._compute(inputs[:, :length], inputs[:, length:-1], inputs[:, -1], reach)

        logits = compute()
        if not self._possible:
            return logits
        try:
            self._passes[key] = inputs, self._record(compute)
        except RuntimeError as error:  # such as kernels that wait for what they have computed
            self._possible = False
            self.forget()
            logger.warning("passes cannot be recorded, so they are launched kernel by kernel: %s", str(error)[:300])
        return logits


def _length(longest: int) -> int:
    return next(length for length in LENGTHS if length >= longest)


def _up(count: int) -> int:
    """The power of two that is as much or more."""
    return 1 << (count - 1).bit_length()
