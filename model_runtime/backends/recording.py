"""What a pass launches on a card, recorded as a CUDA graph: launching takes longer than computing small passes."""

from collections.abc import Callable

import torch
from torch import Tensor

Replay = Callable[[], Tensor]
"""A recorded pass: computes it again from what its inputs hold now. What comes holds until the next pass."""
Record = Callable[[Callable[[], Tensor]], Replay]


class CudaRecorder:
    """Records what a function launches; all recordings share one pool of memory."""

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()
        self._stream = torch.cuda.Stream()

    def __call__(self, compute: Callable[[], Tensor]) -> Replay:
        """A recording of `compute`, which has run once. Raises RuntimeError if it cannot be recorded."""
        graph = torch.cuda.CUDAGraph()
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(self._stream):
            compute()  # what libraries set up for a stream cannot be recorded
        # Other threads, which look at images or load, may go on using the card.
        with torch.cuda.graph(graph, pool=self._pool, stream=self._stream, capture_error_mode="thread_local"):
            logits = compute()

        def replay() -> Tensor:
            graph.replay()
            return logits

        return replay
