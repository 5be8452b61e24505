"""What every engine counts: who waits and for how long, what is computed together, how requests end."""

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_OUTCOMES = ("stop", "length", "cancelled", "deadline_exceeded", "error")


class Figures:
    """Figures of one engine in a registry of its own, written by the engine's thread once a step or a request.

    Engines of all kinds use the same names, so that one query compares all models. How many requests `running`
    and `waiting` tell is asked for when it is read.
    """

    def __init__(self, *, running: Callable[[], int], waiting: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        self._running = running
        self._waiting = waiting
        self._step_began: float | None = None
        self.gauge("requests_running", "Requests that are computed.", running)
        self.gauge("requests_waiting", "Requests in the queue.", waiting)
        self._finished = self.counter("requests_finished", "Requests ended, by reason.", "reason")
        for outcome in _OUTCOMES:
            self._finished.labels(outcome)
        self._prompt_tokens = self.counter("prompt_tokens", "Prompt tokens of ended requests.")
        self._steps = self.counter("steps", "Steps of the engine.")
        self._step_seconds = self.counter("step_seconds", "Time spent in steps.")
        self._queued = self.histogram("queue_seconds", "From arrival until its work begins.", SECONDS)
        self._sequences = self.histogram("step_sequences", "Sequences computed together in a step.", _SIZES)
        self._computed = self.histogram("step_tokens", "Tokens computed in a step.", _SIZES)

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        """One more count of this engine."""
        return Counter(f"parley_runtime_{name}", text, labels, registry=self.registry)

    def histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        """One more distribution of this engine."""
        return Histogram(f"parley_runtime_{name}", text, buckets=buckets, registry=self.registry)

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """One more figure that is asked for when it is read."""
        Gauge(f"parley_runtime_{name}", text, registry=self.registry).set_function(read)

    @property
    def running(self) -> int:
        """Requests that are computed now."""
        return self._running()

    @property
    def waiting(self) -> int:
        """Requests in the queue now."""
        return self._waiting()

    @property
    def finished(self) -> dict[str, int]:
        """Requests ended so far, by reason."""
        samples = next(iter(self._finished.collect())).samples
        return {one.labels["reason"]: int(one.value) for one in samples if one.name.endswith("_total")}

    def step_begins(self) -> None:
        """Note the start of a step."""
        self._step_began = time.perf_counter()

    def computed(self, sequences: int, tokens: int) -> None:
        """Note what the backend computed together in this step."""
        self._sequences.observe(sequences)
        self._computed.observe(tokens)

    def step_ends(self) -> float:
        """Note the end of a step; the seconds it took."""
        began, self._step_began = self._step_began, None
        took = time.perf_counter() - began if began is not None else 0.0
        self._step_seconds.inc(took)
        self._steps.inc()
        return took

    def stalled_for(self) -> float:
        """Seconds the present step has been running; 0 between steps."""
        began = self._step_began
        return time.perf_counter() - began if began is not None else 0.0

    def request_ended(self, reason: str, *, prompt_tokens: int, queue_seconds: float) -> None:
        """Add up a request that has ended."""
        self._finished.labels(reason).inc()
        self._prompt_tokens.inc(prompt_tokens)
        self._queued.observe(queue_seconds)
