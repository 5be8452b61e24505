"""What the engine did so far, for /metrics, readiness and Retry-After."""

import math
import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from model_runtime.engine.request import Finished

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STEP_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
OUTCOMES = ("stop", "length", "cancelled", "deadline_exceeded", "error")


class EngineMetrics:
    """Figures of one engine in a registry of its own, written by the engine's thread once a step or a request.

    What is true now is asked for when it is read: how many requests are `running` and `waiting`, and the share of
    all slots' positions `in_use` by the running ones.
    """

    def __init__(
        self, *, running: Callable[[], int], waiting: Callable[[], int], in_use: Callable[[], float]
    ) -> None:
        self.registry = registry = CollectorRegistry()
        self._running = running
        self._waiting = waiting
        self.request_seconds = 2.0
        """A running mean of how long a request takes, for Retry-After."""
        self._step_began: float | None = None
        self._written = 0

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"parley_runtime_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"parley_runtime_{name}", text, buckets=buckets, registry=registry)

        def gauge(name: str, text: str, read: Callable[[], float]) -> None:
            Gauge(f"parley_runtime_{name}", text, registry=registry).set_function(read)

        gauge("requests_running", "Requests that hold a slot.", running)
        gauge("requests_waiting", "Requests in the queue.", waiting)
        gauge("cache_use_ratio", "Share of the slots' positions that running requests take.", in_use)
        self._finished = counter("requests_finished", "Requests ended, by reason.", "reason")
        for reason in OUTCOMES:
            self._finished.labels(reason)
        self._prompt_tokens = counter("prompt_tokens", "Prompt tokens of ended requests.")
        self._cached_tokens = counter("cached_prompt_tokens", "Prompt tokens that a slot held already.")
        self._forced_tokens = counter("forced_tokens", "Tokens a grammar forced, written without a decode step.")
        self._draft_tokens = counter("draft_tokens", "Tokens guessed ahead.")
        self._accepted_tokens = counter("accepted_tokens", "Guessed tokens that were right.")
        self._tokens = counter("tokens", "Tokens written.")
        self._steps = counter("steps", "Steps of the engine.")
        self._step_seconds = counter("step_seconds", "Time spent in steps.")
        self._first_token = histogram("first_token_seconds", "From arrival to the first token.", _SECONDS)
        self._queued = histogram("queue_seconds", "From arrival to a slot.", _SECONDS)
        self._between = histogram(
            "between_tokens_seconds", "Time in which every writing request got its next tokens.", _STEP_SECONDS
        )
        self._sequences = histogram("step_sequences", "Sequences computed together in a step.", _SIZES)
        self._computed = histogram("step_tokens", "Tokens computed in a step.", _SIZES)

    @property
    def running(self) -> int:
        """Requests that hold a slot now."""
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

    def wrote(self, tokens: int) -> None:
        """Note tokens written in this step."""
        self._written += tokens

    def step_ends(self) -> None:
        """Note the end of a step."""
        if self._step_began is not None:
            took = time.perf_counter() - self._step_began
            self._step_seconds.inc(took)
            self._steps.inc()
            if self._written:
                self._tokens.inc(self._written)
                self._between.observe(took)
                self._written = 0
        self._step_began = None

    def stalled_for(self) -> float:
        """Seconds the present step has been running; 0 between steps."""
        began = self._step_began
        return time.perf_counter() - began if began is not None else 0.0

    def ended(self, finished: Finished) -> None:
        """Add up a request that has ended."""
        overdue = finished.code == "deadline_exceeded"
        self._finished.labels(finished.code if overdue else finished.reason).inc()
        self._prompt_tokens.inc(finished.prompt_tokens)
        self._cached_tokens.inc(finished.cached_tokens)
        self._forced_tokens.inc(finished.forced_tokens)
        self._draft_tokens.inc(finished.draft_tokens)
        self._accepted_tokens.inc(finished.accepted_tokens)
        self._queued.observe(finished.queue_ms / 1e3)
        if finished.completion_tokens:
            self._first_token.observe(finished.first_token_ms / 1e3)
            took = (finished.first_token_ms + finished.decode_ms) / 1e3
            self.request_seconds += (took - self.request_seconds) * 0.1

    def retry_after(self) -> int:
        """Whole seconds after which a slot is likely to be free, 1 to 30."""
        return max(1, min(30, math.ceil(self.request_seconds)))
