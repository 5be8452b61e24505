"""Passes over many sequences side by side: what to compute where, and the threads that do it."""

from collections.abc import Sequence

import numpy as np

from model_runtime.backends.base import Chosen, Work
from model_runtime.backends.decoder.cache import KeyValueCache
from model_runtime.backends.decoder.choosing import choose
from model_runtime.backends.decoder.forward import compute, phases
from model_runtime.backends.decoder.shape import Shape
from model_runtime.backends.decoder.weights import Weights
from model_runtime.backends.decoder.workspace import PIECE_ROWS, Workspace
from model_runtime.kernels.team import Team
from model_runtime.loading.tensors import Table


class Decoder:
    """Computes tokens, and fills the cache on the way. Used from one thread; `threads` compute."""

    def __init__(
        self,
        embedding: Table,
        weights: Weights,
        shape: Shape,
        rotations: np.ndarray,
        cache: KeyValueCache,
        *,
        threads: int,
    ) -> None:
        self.cache = cache
        self._embedding = embedding
        self._shape = shape
        self._fixed = (shape, weights, rotations)
        self._threads = threads
        self.nbytes = embedding.nbytes + weights.nbytes
        """Memory of the weights."""
        self._make_room(64, 16)

    def compute(self, works: Sequence[Work]) -> list[Chosen]:
        """What the choices of all works, in their order, come to."""
        tokens = [token for work in works for token in work.tokens]
        choices = [choice for work in works for choice in work.choices]
        room = self._work
        if len(tokens) > len(room.x) or len(choices) > len(room.wanted):
            self._make_room(max(len(tokens), len(room.x)), max(len(choices), len(room.wanted)))
        self._plan(works)
        self._work.x[: len(tokens), : self._shape.hidden] = self._embedding[tokens]
        self._team.lead()
        room = self._work
        logits = room.logits[:, : self._shape.vocabulary]
        likeliest, totals = room.likeliest.tolist(), room.totals.tolist()
        return [choose(logits[row], likeliest[row], totals[row], one) for row, one in enumerate(choices)]

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""
        self.cache.copy(source, target, length)

    def _make_room(self, rows: int, wanted: int) -> None:
        """A workspace for so many rows, rounded up so that it is rare, and threads that know it."""
        sizes = (1 << (size - 1).bit_length() for size in (rows, wanted))
        work = Workspace.empty(self._shape, *sizes)
        team = Team(self._threads, phases(self._shape.layers), compute, *self._fixed, work)
        # Only now, and together: if either failed, the old threads would compute in the old workspace.
        self._work, self._team = work, team

    def _plan(self, works: Sequence[Work]) -> None:
        """Write down the pieces and the wanted rows."""
        pieces: list[tuple[int, ...]] = []
        wanted: list[int] = []
        row = 0
        for work in works:
            end = work.start + len(work.tokens)
            where = self.cache.reserve(work.slot, end).where
            for position in range(work.start, end, PIECE_ROWS):
                count = min(PIECE_ROWS, end - position)
                pieces.append((row, count, position, *where))
                row += count
            wanted += range(row - len(work.choices), row)
        room = self._work
        room.planned[:] = row, len(pieces), len(wanted)
        room.pieces[: len(pieces)] = pieces
        room.wanted[: len(wanted)] = wanted
