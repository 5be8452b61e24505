"""Computes pooled models in small batches, so that a question never waits for a whole document."""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from model_runtime.engine.figures import Figures
from model_runtime.engine.loop import EngineStopped, QueueFull

logger = logging.getLogger(__name__)

Row = list[float]
"""What a pooled model makes of one input: a vector, or the probability of each class."""

_OLDEST_EVERY = 4
_BUCKET = 32


class PooledBackend(Protocol):
    """One model that makes a row of each input. `run` is called from one thread only, the rest from any."""

    def probe(self) -> Any:
        """A small input, to see whether the model answers."""

    def size(self, item: Any) -> int:
        """What an input costs, in tokens."""

    def run(self, batch: Sequence[Any]) -> list[Row]:
        """One row for each input."""


@dataclass(eq=False)  # two jobs are never the same, and inputs that are arrays have no truth to compare by
class PoolingJob:
    """Inputs of one request, as the backend takes them.

    `deliver` is called once, in the engine's thread, with a row for each input or with an error. A `probe` is ours,
    to see whether the model answers: it is not counted among the requests.
    """

    inputs: Sequence[Any]
    deliver: Callable[[list[Row] | Exception], None]
    cancelled: bool = False
    probe: bool = False
    tokens: int = 0
    """Of all inputs; set when it is queued."""
    arrived: float = field(default_factory=time.perf_counter)
    began: float | None = None
    """When the first batch began that has an input of it."""
    rows: dict[int, Row] = field(default_factory=dict)
    broken: bool = False
    """Whether a row of it holds NaN or infinity."""
    pending: list[tuple[int, int]] = field(default_factory=list)
    """Size and index of what is not computed yet; the largest last."""


class NoTokens(ValueError):
    """A text of which the model's tokenizer makes nothing; a model has nothing to compute then."""


class NotFinite(Exception):
    """The model's numbers for an input are none."""


B = TypeVar("B", bound=PooledBackend)


class PoolingEngine(Generic[B]):
    """A thread that computes one batch at a time, for the jobs that have the least left.

    Inputs of several jobs share a batch where that pads nothing to speak of. Every fourth batch is for the job
    that has waited longest, so that a stream of questions does not starve a document.
    """

    def __init__(self, backend: B, *, queue_size: int = 64, batch_tokens: int = 1024) -> None:
        self.backend = backend
        self._queue_size = queue_size
        self._batch_tokens = batch_tokens
        self._jobs: list[PoolingJob] = []
        self._condition = threading.Condition()
        self._stopping = False
        self._batches = 0
        self.metrics = Figures(running=lambda: self._count(begun=True), waiting=lambda: self._count(begun=False))
        self._thread = threading.Thread(target=self._run, name="pooling", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether there is work."""
        return bool(self._jobs)

    def submit(self, job: PoolingJob) -> None:
        """Queue a job. Raises QueueFull or EngineStopped."""
        job.pending = sorted((self.backend.size(item), index) for index, item in enumerate(job.inputs))
        job.tokens = sum(size for size, _ in job.pending)
        with self._condition:
            if self._stopping:
                raise EngineStopped
            if len(self._jobs) >= self._queue_size:
                raise QueueFull(len(self._jobs), 2, self._queue_size)
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
        return self.metrics.stalled_for()

    def _run(self) -> None:
        try:
            self._compute()
        finally:
            # Also when the engine itself is at fault: nobody may be left waiting, nor be let in any more.
            with self._condition:
                self._stopping = True
            for job in list(self._jobs):
                self._end(job, EngineStopped("The runtime is stopping."), "cancelled")

    def _compute(self) -> None:
        """Batch after batch, until the engine is to stop."""
        while True:
            with self._condition:
                while not (self._stopping or self._jobs):
                    self._condition.wait()
                if self._stopping:
                    return
                jobs = list(self._jobs)
            for job in jobs:
                if job.cancelled:
                    self._end(job, EngineStopped("The job was cancelled."), "cancelled")
            alive = [job for job in jobs if not job.cancelled]
            if alive:
                self._advance(self._next_batch(alive))

    def _next_batch(self, jobs: list[PoolingJob]) -> list[tuple[PoolingJob, int]]:
        """Who is computed together: jobs in the order of what they have left, each from its largest input."""
        self._batches += 1
        order = sorted(jobs, key=lambda job: len(job.pending))
        if self._batches % _OLDEST_EVERY == 0:
            order.sort(key=lambda job: job is not jobs[0])
        # Texts are padded to the longest: the first decides how long others may be, rounded up a little.
        longest = -(-order[0].pending[-1][0] // _BUCKET) * _BUCKET
        batch: list[tuple[PoolingJob, int]] = []
        for job in order:
            while job.pending and job.pending[-1][0] <= longest:
                if batch and longest * (len(batch) + 1) > self._batch_tokens:
                    return batch
                batch.append((job, job.pending.pop()[1]))
        return batch

    def _advance(self, batch: list[tuple[PoolingJob, int]]) -> None:
        self.metrics.step_begins()
        for job, _ in batch:
            job.began = job.began or time.perf_counter()
        outcome: list[Row] | Exception
        try:
            items = [job.inputs[index] for job, index in batch]
            outcome = self.backend.run(items)
            self.metrics.computed(len(items), sum(map(self.backend.size, items)))
            if len(outcome) != len(items):
                raise RuntimeError(f"{len(outcome)} rows for {len(items)} inputs")
        except Exception as error:  # the backend may fail in any way; nobody may be left waiting
            logger.exception("a batch failed")
            outcome = error
        finally:
            self.metrics.step_ends()
        if isinstance(outcome, Exception):
            for job in {id(job): job for job, _ in batch}.values():
                self._end(job, outcome, "error")
            return
        for (job, index), row in zip(batch, outcome, strict=True):
            job.rows[index] = row
            if not math.isfinite(sum(row)):
                job.broken = True
        for job in {id(job): job for job, _ in batch}.values():
            if job.broken:
                self._end(job, NotFinite("The model computed NaN or infinity for one of the inputs."), "error")
            elif len(job.rows) == len(job.inputs):
                self._end(job, [job.rows[number] for number in range(len(job.inputs))], "stop")

    def _end(self, job: PoolingJob, outcome: list[Row] | Exception, reason: str) -> None:
        with self._condition:
            self._jobs.remove(job)
        if not job.probe:
            queue_seconds = (job.began or time.perf_counter()) - job.arrived
            self.metrics.request_ended(reason, prompt_tokens=job.tokens, queue_seconds=queue_seconds)
        try:
            job.deliver(outcome)
        except Exception:  # such as an event loop that has ended, and the listener with it: the others go on
            logger.exception("a listener failed")

    def _count(self, *, begun: bool) -> int:
        return sum((job.began is not None) == begun for job in list(self._jobs))
