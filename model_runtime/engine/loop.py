"""The engine: a thread that steps all running requests together until each has ended."""

import logging
import threading
import time

from model_runtime.backends.base import Backend, Chosen, Work
from model_runtime.engine.metrics import EngineMetrics
from model_runtime.engine.request import Event, FinishReason, GenerationRequest
from model_runtime.engine.scheduler import Scheduler, never_ran

logger = logging.getLogger(__name__)


class QueueFull(Exception):
    """No room in the waiting queue. `waiting` requests are ahead; try again in `retry_after` seconds."""

    def __init__(self, waiting: int, retry_after: int) -> None:
        super().__init__(f"{waiting} requests are waiting")
        self.waiting = waiting
        self.retry_after = retry_after


class EngineStopped(Exception):
    """The engine takes no more requests."""


class Engine:
    """Takes requests from any thread and delivers their events from its own.

    Every request taken ends in exactly one `Finished` event, whatever happens.
    """

    def __init__(self, backend: Backend, *, queue_size: int = 64, prefill_tokens: int = 512) -> None:
        self.metrics = EngineMetrics()
        self._backend = backend
        self._queue_size = queue_size
        self._scheduler = Scheduler(backend, prefill_tokens=prefill_tokens)
        self._incoming: list[GenerationRequest] = []
        self._condition = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @property
    def context_length(self) -> int:
        """Tokens of prompt and answer together that a request may have."""
        return self._backend.context_length

    def submit(self, *requests: GenerationRequest) -> None:
        """Queue requests, all or none. Raises QueueFull or EngineStopped."""
        with self._condition:
            if self._stopping:
                raise EngineStopped
            waiting = len(self._incoming) + len(self._scheduler.waiting)
            free = self._backend.slots - len(self._scheduler.running)
            if waiting + len(requests) > self._queue_size + max(free, 0):
                raise QueueFull(waiting, self.metrics.retry_after())
            self._incoming.extend(requests)
            self.metrics.waiting = waiting + len(requests)
            self._condition.notify()

    def wake(self) -> None:
        """Make an idle engine look at its requests again, after a cancellation."""
        with self._condition:
            self._condition.notify()

    def stop(self, timeout: float = 1.0) -> None:
        """Cancel everything and end the thread; waits at most `timeout` seconds."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        self._thread.join(timeout)

    def stalled_for(self) -> float:
        """Seconds since the last finished step while there is work; 0 when idle."""
        return self.metrics.stalled_for()

    def _run(self) -> None:
        while True:
            with self._condition:
                while not (self._stopping or self._incoming or self._scheduler.busy):
                    self._condition.wait()
                self._scheduler.waiting.extend(self._incoming)
                self._incoming.clear()
                stopping = self._stopping
            if stopping:
                self._end_running("cancelled")
                for request in self._scheduler.waiting:
                    self._deliver_to(request, [never_ran(request)])
                return
            self._step()

    def _step(self) -> None:
        self.metrics.step_begins()
        try:
            self._drop_cancelled()
            self._scheduler.admit()
            self._deliver()  # what a grammar forces from the start need not wait for the prompt
            planned = self._scheduler.plan()
            results = self._compute([work for _, work in planned])
            for (sequence, work), chosen in zip(planned, results, strict=True):
                sequence.computed += len(work.tokens)
                if chosen:
                    sequence.take(chosen[0])
        except Exception as error:  # the backend may fail in any way; nobody may be left waiting
            logger.exception("a step failed")
            self._end_running("error", f"{type(error).__name__}: {error}")
        self._deliver()
        self.metrics.step_ends(len(self._scheduler.running), len(self._scheduler.waiting))
        if not self._scheduler.running:
            self._scheduler.check_integrity()

    def _compute(self, works: list[Work]) -> list[list[Chosen]]:
        if not works:
            return []
        began = time.perf_counter()
        results = self._backend.run(works)
        prompt_tokens = sum(len(work.tokens) for work in works if len(work.tokens) > 1)
        self._scheduler.pace(prompt_tokens, time.perf_counter() - began)
        return results

    def _drop_cancelled(self) -> None:
        for sequence in self._scheduler.running:
            if sequence.request.cancelled:
                sequence.end("cancelled")
        self._deliver()
        for request in [request for request in self._scheduler.waiting if request.cancelled]:
            self._scheduler.waiting.remove(request)
            self._deliver_to(request, [never_ran(request)])

    def _end_running(self, reason: FinishReason, error: str | None = None) -> None:
        for sequence in self._scheduler.running:
            sequence.end(reason, error)
        self._deliver()

    def _deliver(self) -> None:
        """Hand out what the running sequences produced, and take back the slots of those that ended."""
        for sequence in self._scheduler.running:
            if sequence.events:
                events, sequence.events = sequence.events, []
                self._deliver_to(sequence.request, events)
        self._scheduler.retire()

    def _deliver_to(self, request: GenerationRequest, events: list[Event]) -> None:
        self.metrics.count(events)
        request.deliver(events)
