"""What a pass launches on a card, recorded as a CUDA graph: launching takes longer than computing small passes."""

from collections.abc import Callable
from weakref import WeakSet

import torch
from torch import Tensor

Replay = Callable[[], Tensor]
"""A recorded pass: computes it again from what its inputs hold now. What comes holds until the next pass."""
_NEAR = 0.05
"""Products may add up in another order; by so much of the largest number they never differ."""
Record = Callable[[Callable[[], Tensor]], Replay]


class _Recording:
    """A graph, and all that it reads and writes: it knows memory by address only, so nothing of it may be freed."""

    def __init__(self, graph: torch.cuda.CUDAGraph, logits: Tensor, compute: Callable[[], Tensor]) -> None:
        self._graph, self._logits = graph, logits
        self._read_by = compute

    def __call__(self) -> Tensor:
        self._graph.replay()
        return self._logits


class CudaRecorder:
    """Records what a function launches; all recordings that are alive share one pool of memory."""

    def __init__(self) -> None:
        self._stream = torch.cuda.Stream()
        self._alive: WeakSet[_Recording] = WeakSet()

    def __call__(self, compute: Callable[[], Tensor]) -> Replay:
        """A recording of `compute`, which has run once.

        Raises RuntimeError if it cannot be recorded, or the recording computes something else.
        """
        if not self._alive:  # a pool that nobody uses any more cannot be taken up again
            self._pool = torch.cuda.graph_pool_handle()
        graph = torch.cuda.CUDAGraph()
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            wanted = compute()  # what libraries set up for a stream cannot be recorded
        # Other threads, which look at images or load, may go on using the card.
        with torch.cuda.graph(graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"):
            logits = compute()
        recording = _Recording(graph, logits, compute)
        self._alive.add(recording)
        largest = wanted.abs().max()
        if not torch.allclose(recording() / largest, wanted / largest, rtol=0, atol=_NEAR, equal_nan=True):
            raise RuntimeError("a recording computes something else than what was recorded")
        return recording
