"""What the engine did so far, for /metrics, readiness and Retry-After."""

import math
import time
from collections.abc import Sequence

from model_runtime.engine.request import Event, Finished, Piece


class EngineMetrics:
    """Counters written by the engine's thread and read by the server; single values, so no lock is needed."""

    def __init__(self) -> None:
        self.running = 0
        self.waiting = 0
        self.steps = 0
        self.step_seconds = 0.0
        self.tokens = 0
        self.forced_tokens = 0
        self.prompt_tokens = 0
        self.finished: dict[str, int] = {"stop": 0, "length": 0, "cancelled": 0, "error": 0}
        self.request_seconds = 2.0
        """A running mean of how long a request takes, for Retry-After."""
        self._step_began: float | None = None

    def step_begins(self) -> None:
        """Note the start of a step."""
        self._step_began = time.perf_counter()

    def step_ends(self, running: int, waiting: int) -> None:
        """Note the end of a step, with the requests that go on."""
        if self._step_began is not None:
            self.step_seconds += time.perf_counter() - self._step_began
            self.steps += 1
        self._step_began = None
        self.running, self.waiting = running, waiting

    def stalled_for(self) -> float:
        """Seconds the present step has been running; 0 between steps."""
        began = self._step_began
        return time.perf_counter() - began if began is not None else 0.0

    def count(self, events: Sequence[Event]) -> None:
        """Add up what a step delivered to one request."""
        for event in events:
            if isinstance(event, Piece):
                self.tokens += len(event.tokens)
                self.forced_tokens += sum(token.forced for token in event.tokens)
            elif isinstance(event, Finished):
                self.finished[event.reason] += 1
                self.prompt_tokens += event.prompt_tokens
                took = (event.first_token_ms + event.decode_ms) / 1e3
                self.request_seconds += (took - self.request_seconds) * 0.1

    def retry_after(self) -> int:
        """Whole seconds after which a slot is likely to be free, 1 to 30."""
        return max(1, min(30, math.ceil(self.request_seconds)))
