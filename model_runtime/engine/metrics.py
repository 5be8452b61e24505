"""What the engine of a model that writes did so far, for /metrics, readiness and Retry-After."""

import math
from collections.abc import Callable

from model_runtime.engine.figures import SECONDS, Figures
from model_runtime.engine.request import Finished

_STEP_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class EngineMetrics(Figures):
    """The common figures, and those of writing; `in_use` is the share of all slots' positions that runs."""

    def __init__(
        self, *, running: Callable[[], int], waiting: Callable[[], int], in_use: Callable[[], float]
    ) -> None:
        super().__init__(running=running, waiting=waiting)
        self.request_seconds = 2.0
        """A running mean of how long a request takes, for Retry-After."""
        self._written = 0
        self.gauge("cache_use_ratio", "Share of the slots' positions that running requests take.", in_use)
        self._cached_tokens = self.counter("cached_prompt_tokens", "Prompt tokens that a slot held already.")
        self._forced_tokens = self.counter(
            "forced_tokens", "Tokens a grammar forced, written without a decode step."
        )
        self._draft_tokens = self.counter("draft_tokens", "Tokens guessed ahead.")
        self._accepted_tokens = self.counter("accepted_tokens", "Guessed tokens that were right.")
        self._tokens = self.counter("tokens", "Tokens written.")
        self._first_token = self.histogram("first_token_seconds", "From arrival to the first token.", SECONDS)
        self._between = self.histogram(
            "between_tokens_seconds", "Time in which every writing request got its next tokens.", _STEP_SECONDS
        )

    def wrote(self, tokens: int) -> None:
        """Note tokens written in this step."""
        self._written += tokens

    def step_ends(self) -> float:
        """Note the end of a step, and what was written in it; the seconds it took."""
        took = super().step_ends()
        if self._written:
            self._tokens.inc(self._written)
            self._between.observe(took)
            self._written = 0
        return took

    def ended(self, finished: Finished) -> None:
        """Add up a request that has ended."""
        self.request_ended(
            "deadline_exceeded" if finished.code == "deadline_exceeded" else finished.reason,
            prompt_tokens=finished.prompt_tokens,
            queue_seconds=finished.queue_ms / 1e3,
        )
        self._cached_tokens.inc(finished.cached_tokens)
        self._forced_tokens.inc(finished.forced_tokens)
        self._draft_tokens.inc(finished.draft_tokens)
        self._accepted_tokens.inc(finished.accepted_tokens)
        if finished.completion_tokens:
            self._first_token.observe(finished.first_token_ms / 1e3)
            took = (finished.first_token_ms + finished.decode_ms) / 1e3
            self.request_seconds += (took - self.request_seconds) * 0.1

    def retry_after(self) -> int:
        """Whole seconds after which a slot is likely to be free, 1 to 30."""
        return max(1, min(30, math.ceil(self.request_seconds)))
