"""Embeds texts in small batches, so that a question never waits for a whole document to be embedded."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from model_runtime.engine.loop import EngineStopped, QueueFull

logger = logging.getLogger(__name__)

Vector = list[float]


class EncoderBackend(Protocol):
    """One embedding model. `embed` is called from one thread only, `tokenize` from any."""

    dimensions: int

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text, cut to the model's window."""

    def embed(self, batch: Sequence[Sequence[int]]) -> list[Vector]:
        """One vector of length 1 for each tokenized text."""


@dataclass
class EmbeddingJob:
    """Tokenized texts to embed. `deliver` is called once, in the engine's thread, with vectors or an error."""

    tokens: list[list[int]]
    deliver: Callable[[list[Vector] | Exception], None]
    cancelled: bool = False
    vectors: dict[int, Vector] = field(default_factory=dict)
    pending: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Longest last, so that taking from the end makes batches of like length: little padding.
        self.pending = sorted(range(len(self.tokens)), key=lambda index: len(self.tokens[index]))


class EmbeddingEngine:
    """A thread that always works on the job with the fewest texts left, one small batch at a time."""

    def __init__(self, backend: EncoderBackend, *, queue_size: int = 64, batch_tokens: int = 1024) -> None:
        self.backend = backend
        self._queue_size = queue_size
        self._batch_tokens = batch_tokens
        self._jobs: list[EmbeddingJob] = []
        self._condition = threading.Condition()
        self._stopping = False
        self._began: float | None = None
        self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether there is work."""
        return bool(self._jobs)

    def submit(self, job: EmbeddingJob) -> None:
        """Queue a job. Raises QueueFull or EngineStopped."""
        with self._condition:
            if self._stopping:
                raise EngineStopped
            if len(self._jobs) >= self._queue_size:
                raise QueueFull(len(self._jobs), 2)
            self._jobs.append(job)
            self._condition.notify()

    def stop(self, timeout: float = 1.0) -> None:
        """End the thread; jobs that are left fail."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        self._thread.join(timeout)

    def stalled_for(self) -> float:
        """Seconds the present batch has been running; 0 between batches."""
        began = self._began
        return time.perf_counter() - began if began is not None else 0.0

    def _run(self) -> None:
        while True:
            with self._condition:
                while not (self._stopping or self._jobs):
                    self._condition.wait()
                if self._stopping:
                    break
                job = min(self._jobs, key=lambda one: len(one.pending))
            self._advance(job)
        for job in self._jobs:
            job.deliver(EngineStopped("The runtime is stopping."))

    def _advance(self, job: EmbeddingJob) -> None:
        self._began = time.perf_counter()
        outcome: list[Vector] | Exception | None = None
        try:
            if job.cancelled:
                outcome = EngineStopped("The job was cancelled.")
            else:
                indexes = self._next_batch(job)
                vectors = self.backend.embed([job.tokens[index] for index in indexes])
                job.vectors |= dict(zip(indexes, vectors, strict=True))
                if not job.pending:
                    outcome = [job.vectors[index] for index in range(len(job.tokens))]
        except Exception as error:  # the backend may fail in any way; nobody may be left waiting
            logger.exception("embedding failed")
            outcome = error
        finally:
            self._began = None
        if outcome is not None:
            with self._condition:
                self._jobs.remove(job)
            job.deliver(outcome)

    def _next_batch(self, job: EmbeddingJob) -> list[int]:
        indexes = [job.pending.pop()]
        longest = len(job.tokens[indexes[0]])
        while job.pending and longest * (len(indexes) + 1) <= self._batch_tokens:
            indexes.append(job.pending.pop())
        return indexes
