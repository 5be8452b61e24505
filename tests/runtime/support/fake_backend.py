"""A backend that computes nothing: it writes a script, so that schedules can be tested exactly."""

import time
from collections.abc import Callable, Sequence

from model_runtime.backends.base import Chosen, Work


class FakeBackend:
    """Token n of an answer is `script(n)`; tokens are bytes, and 0 is the end token.

    Every call is kept in `steps`, so a test can tell who was computed with whom. `gate`, if set, is called
    before each step: a test may wait or raise there.
    """

    def __init__(
        self,
        script: Callable[[int], int] = lambda position: 97 + position % 26,
        *,
        slots: int = 2,
        context_length: int = 64,
        step_seconds: float = 0.0,
        gate: Callable[[], None] | None = None,
    ) -> None:
        self.slots = slots
        self.context_length = context_length
        self.eos = frozenset({0})
        self.ragged = True
        self.steps: list[list[Work]] = []
        self.copied: list[tuple[int, int, int]] = []
        self.attached: list[tuple[int, object]] = []
        self._script = script
        self._step_seconds = step_seconds
        self._gate = gate
        self._prompts: dict[int, int] = {}

    def token_bytes(self, token: int) -> bytes:
        """The byte that the token is; nothing for the end token."""
        return bytes([token]) if token else b""

    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        """Follow the script."""
        if self._gate is not None:
            self._gate()
        if self._step_seconds:
            time.sleep(self._step_seconds)
        self.steps.append(list(works))
        return [self._next(work) for work in works]

    def copy(self, source: int, target: int, length: int) -> None:
        """Note the copy."""
        self.copied.append((source, target, length))
        self._prompts.pop(target, None)

    def attach(self, slot: int, images: object) -> None:
        """Note the images."""
        if images is not None:
            self.attached.append((slot, images))

    def _next(self, work: Work) -> list[Chosen]:
        end = work.start + len(work.tokens)
        if work.start < self._prompts.get(work.slot, 0):
            del self._prompts[work.slot]  # another sequence begins here
        results = []
        for back, choice in zip(range(len(work.choices) - 1, -1, -1), work.choices, strict=True):
            written = end - back - self._prompts.setdefault(work.slot, end)
            token = self._script(written)
            if token in choice.banned:
                token = 33
            results.append(Chosen(token, -0.5, ((token, -0.5),)))
        return results
