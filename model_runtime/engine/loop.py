"""The engine: a thread that steps all running requests together until each has ended."""

import logging
import threading
import time

from model_runtime.backends.base import Backend, Work
from model_runtime.engine.delivery import Outbox
from model_runtime.engine.metrics import EngineMetrics
from model_runtime.engine.request import CANCELLED, Ending, GenerationRequest, Piece, failed
from model_runtime.engine.scheduler import Scheduler
from model_runtime.engine.sequence import Sequence

logger = logging.getLogger(__name__)


class QueueFull(Exception):
    """No room in the waiting queue. `waiting` requests are ahead, of at most `size`; try again in `retry_after`."""

    def __init__(self, waiting: int, retry_after: int, size: int) -> None:
        super().__init__(f"{waiting} requests are waiting, of at most {size}")
        self.waiting = waiting
        self.retry_after = retry_after
        self.size = size


class EngineStopped(Exception):
    """The engine takes no more requests."""


class Engine:
    """Takes requests from any thread and delivers their events from its own.

    Every request taken ends in exactly one `Finished` event, whatever happens. `queue_size` requests may wait; of
    those a named caller may have half while others wait too. The other options are the scheduler's.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        queue_size: int = 64,
        prefill_tokens: int = 512,
        draft_tokens: int = 16,
        prefix_reuse: bool = True,
    ) -> None:
        self._backend = backend
        self._queue_size = queue_size
        self._scheduler = Scheduler(
            backend, prefill_tokens=prefill_tokens, draft_tokens=draft_tokens, prefix_reuse=prefix_reuse
        )
        self._outbox = Outbox()
        self._incoming: list[GenerationRequest] = []
        self.metrics = EngineMetrics(
            running=lambda: len(self._scheduler.running), waiting=self._count_waiting, in_use=self._cache_use
        )
        self._condition = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @property
    def slots(self) -> int:
        """Requests that run at once."""
        return self._backend.slots

    @property
    def context_length(self) -> int:
        """Tokens of prompt and answer together that a request may have."""
        return self._backend.context_length

    def submit(self, *requests: GenerationRequest) -> None:
        """Queue requests of one caller, all or none. Raises QueueFull or EngineStopped."""
        with self._condition:
            if self._stopping:
                raise EngineStopped
            self._check_room(requests[0].caller, len(requests))
            self._incoming.extend(requests)
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

    def _check_room(self, caller: str, count: int) -> None:
        scheduler = self._scheduler
        free = max(self._backend.slots - len(scheduler.running), 0)
        waiting = self._count_waiting()
        if waiting + count > self._queue_size + free:
            raise QueueFull(waiting, self.metrics.retry_after(), self._queue_size)
        own = sum(request.caller == caller for request in self._incoming) + scheduler.waiting.waiting(caller)
        # Requests without a caller may be anybody's, so they are not counted as one.
        if caller and own < waiting and own + count > self._queue_size // 2 + free:
            raise QueueFull(own, self.metrics.retry_after(), self._queue_size // 2)

    def _run(self) -> None:
        ending = failed("The engine failed.")
        try:
            while self._await_work():
                self._step()
            ending = CANCELLED
        finally:
            # Also when the engine itself is at fault: nobody may be left waiting, nor be let in any more.
            with self._condition:
                self._stopping = True
                self._take_in()
            self._end_running(ending)
            for request in list(self._scheduler.waiting):
                self._end_waiting(request, ending)
            self._outbox.send()

    def _await_work(self) -> bool:
        """Sleep until there is work; False when the engine is to stop."""
        with self._condition:
            while not (self._stopping or self._incoming or self._scheduler.busy):
                self._condition.wait()
            self._take_in()
            return not self._stopping

    def _take_in(self) -> None:
        for request in self._incoming:
            self._scheduler.waiting.push(request)
        self._incoming.clear()

    def _step(self) -> None:
        self.metrics.step_begins()
        try:
            self._end_what_must()
            if self._scheduler.admit():
                self._hand_out()  # what a grammar forces from the start need not wait for the prompt
            self._compute(self._scheduler.plan())
        except Exception as error:  # the backend may fail in any way; nobody may be left waiting
            logger.exception("a step failed")
            self._end_running(failed(f"{type(error).__name__}: {error}"))
        self._hand_out()
        self.metrics.step_ends()
        if not self._scheduler.running:
            self._scheduler.check_integrity()

    def _compute(self, planned: list[tuple[Sequence, Work]]) -> None:
        if not planned:
            return
        works = [work for _, work in planned]
        began = time.perf_counter()
        results = self._backend.run(works)
        took = time.perf_counter() - began
        self._scheduler.pace(sum(len(one.tokens) for one in works if len(one.tokens) > len(one.choices)), took)
        self.metrics.computed(len(works), sum(len(one.tokens) for one in works))
        for (sequence, work), chosen in zip(planned, results, strict=True):
            sequence.advance(work, chosen)

    def _end_what_must(self) -> None:
        """End what was cancelled or has passed its deadline, running or waiting."""
        now = time.perf_counter()
        ended = False
        for sequence in self._scheduler.running:
            ending = sequence.request.ending(now)
            if ending is not None:
                sequence.end(ending)
                ended = True
        for request in list(self._scheduler.waiting):
            ending = request.ending(now)
            if ending is not None:
                self._end_waiting(request, ending)
                ended = True
        if ended:
            self._hand_out()

    def _end_running(self, ending: Ending) -> None:
        """End all that runs. What their slots hold after a failure nobody knows."""
        for sequence in self._scheduler.running:
            sequence.end(ending)
            sequence.computed = 0
        self._hand_out()

    def _end_waiting(self, request: GenerationRequest, ending: Ending) -> None:
        self._scheduler.waiting.remove(request)
        finished = request.never_ran(ending)
        if not request.probe:
            self.metrics.ended(finished)
        self._outbox.add(request, [finished])

    def _hand_out(self) -> None:
        """Deliver what running sequences produced, and take back the slots of those that ended."""
        for sequence in self._scheduler.running:
            events = sequence.collect()
            if not events:
                continue
            self._outbox.add(sequence.request, events)
            if sequence.request.probe:
                continue
            if isinstance(events[0], Piece):
                self.metrics.wrote(len(events[0].tokens))
            if sequence.finished is not None:
                self.metrics.ended(sequence.finished)
        self._scheduler.retire()
        self._outbox.send()

    def _count_waiting(self) -> int:
        return len(self._incoming) + len(self._scheduler.waiting)

    def _cache_use(self) -> float:
        used = sum(len(sequence.tokens) for sequence in list(self._scheduler.running))
        return used / (self._backend.slots * self._backend.context_length)
