"""Batches made ahead by worker processes, so that a fast device does not wait for Python."""

import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from queue import Empty
from typing import Any

import torch

from model_runtime.training.sequences.batches import Batch

AHEAD = 6  # batches a worker
PATIENCE = 60.0  # seconds without any batch, after which the workers count as lost

Make = Callable[[int, random.Random], Iterator[Batch]]


class Feed:
    """`next_batch` gives the batches that `make` makes for a phase; with 0 workers in this process.

    The workers are forked, so that they share the examples; none touches the device. A new phase begins a few
    batches late, those that were made already.
    """

    def __init__(self, make: Make, workers: int, seed: int) -> None:
        self._make, self._seed, self._own = make, seed, dict[int, Iterator[Batch]]()
        context = multiprocessing.get_context("fork")
        self._phase: Any = context.Value("i", 0)
        self._queue: Any = context.Queue(max(1, workers * AHEAD))
        self._workers = [context.Process(target=self._work, args=(n,), daemon=True) for n in range(workers)]
        for worker in self._workers:
            worker.start()

    def next_batch(self, phase: int) -> Batch:
        """The next batch. Raises RuntimeError when the workers make none any more."""
        if not self._workers:
            if phase not in self._own:
                self._own = {phase: self._make(phase, random.Random(f"{self._seed}-{phase}"))}
            return next(self._own[phase])
        self._phase.value = phase
        try:
            arrays = self._queue.get(timeout=PATIENCE)
        except Empty:
            raise RuntimeError("The worker processes make no batches any more.") from None
        return Batch(*(torch.from_numpy(array) for array in arrays))

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.kill()
            worker.join()

    def _work(self, number: int) -> None:
        torch.set_num_threads(1)
        parent = os.getppid()
        while True:
            phase = self._phase.value
            for batch in self._make(phase, random.Random(f"{self._seed}-{phase}-{number}")):
                # As arrays: tensors would travel through shared memory, of which a container may have little.
                self._queue.put([tensor.numpy() for tensor in batch.tensors()])
                if os.getppid() != parent:
                    return
                if self._phase.value != phase:
                    break
