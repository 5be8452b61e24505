"""Passes over texts of any lengths, one after the other: where each begins, and the threads that compute."""

from collections.abc import Sequence
from itertools import accumulate, chain

import numpy as np

from model_runtime.backends.bert.forward import compute, phases
from model_runtime.backends.bert.shape import Shape
from model_runtime.backends.bert.weights import Embeddings, Head, Weights
from model_runtime.backends.bert.workspace import Workspace
from model_runtime.backends.texts import Tokens
from model_runtime.kernels.team import Team


class Bert:
    """A `texts.TextModel`. What it says of a text depends on no other. Used from one thread; `threads` compute."""

    def __init__(
        self, embeddings: Embeddings, weights: Weights, head: Head | None, shape: Shape, *, threads: int
    ) -> None:
        self.vocab_size, self.dimensions = len(embeddings.words), shape.hidden
        self.nbytes = sum(part.nbytes for part in (embeddings, weights, head) if part is not None)
        self._embeddings, self._weights, self._head = embeddings, weights, head
        self._shape, self._threads = shape, threads
        self._make_room(64)

    def states(self, batch: Sequence[Tokens], *, first: bool) -> np.ndarray:
        """What the layers make of each text, [texts, hidden]: of its first token, or the mean of all.

        Raises ValueError for a text without a token.
        """
        begins = self._compute(batch, None, first_only=first)
        if first:
            return self._work.x[: len(batch), : self._shape.hidden].copy()
        rows = self._work.x[: begins[-1], : self._shape.hidden]
        means: np.ndarray = np.add.reduceat(rows, begins[:-1], axis=0) / np.diff(begins)[:, None].astype(np.float32)
        return means

    def logits(self, batch: Sequence[Tokens], texts: Sequence[Sequence[int]] | None = None) -> np.ndarray:
        """The classes' logits for each text, [texts, classes]; `texts` as in `texts.TextModel`.

        Raises ValueError for a text without a token, or where there is no head.
        """
        if self._head is None:
            raise ValueError("This model tells no classes apart.")
        self._compute(batch, texts, first_only=True)
        first, head = self._work.x[: len(batch), : self._shape.hidden], self._head
        pooled = np.tanh(first @ head.pooler.T + head.pooler_bias)
        found: np.ndarray = pooled @ head.classes.T + head.classes_bias
        return found

    def _compute(
        self, batch: Sequence[Tokens], texts: Sequence[Sequence[int]] | None, *, first_only: bool
    ) -> list[int]:
        """Leave all rows in the workspace, or only each text's first; where each text begins, and the last ends."""
        lengths = [len(ids) for ids in batch]
        if 0 in lengths:  # the threads would read and write outside of their arrays
            raise ValueError("A text without a token.")
        begins = [0, *accumulate(lengths)]
        rows = begins[-1]
        if rows > len(self._work.x):
            self._make_room(rows)
        work, embeddings = self._work, self._embeddings
        embedded = work.x[:rows, : self._shape.hidden]
        embedded[:] = embeddings.words[list(chain.from_iterable(batch))]
        if texts is None or len(embeddings.texts) == 1:
            embedded += embeddings.texts[0]
        else:
            embedded += embeddings.texts[list(chain.from_iterable(texts))]
        embedded += embeddings.positions[np.arange(rows) - np.repeat(begins[:-1], lengths)]
        work.begins[: len(begins)] = begins
        work.planned[:] = rows, len(batch), first_only
        self._team.lead()
        return begins

    def _make_room(self, rows: int) -> None:
        """A workspace for so many rows, rounded up so that it is rare, and threads that know it."""
        work = Workspace.empty(self._shape, 1 << (rows - 1).bit_length())
        team = Team(self._threads, phases(self._shape.layers), compute, self._shape, self._weights, work)
        # Only now, and together: if either failed, the old threads would compute in the old workspace.
        self._work, self._team = work, team
