"""Who runs, who waits, and what each step computes."""

from collections import deque

from model_runtime.backends.base import Backend, Work
from model_runtime.engine.request import Finished, GenerationRequest
from model_runtime.engine.sequence import Sequence

PREFILL_SECONDS = 0.5
MIN_PREFILL = 32


class Scheduler:
    """First come, first served over a fixed number of slots. Used from the engine's thread only.

    `prefill_tokens` is the most prompt tokens one step computes; `pace` lowers it for a slow model.
    """

    def __init__(self, backend: Backend, *, prefill_tokens: int = 512) -> None:
        self._backend = backend
        self._most_prefill = prefill_tokens
        self._prefill_tokens = prefill_tokens
        self._free = list(range(backend.slots))
        self.waiting: deque[GenerationRequest] = deque()
        self.running: list[Sequence] = []

    @property
    def busy(self) -> bool:
        """Whether any request runs or waits."""
        return bool(self.running or self.waiting)

    def admit(self) -> None:
        """Give free slots to the requests that waited longest."""
        while self._free and self.waiting:
            slot = min(self._free)
            self._free.remove(slot)
            sequence = Sequence(self.waiting.popleft(), slot, self._backend)
            self.running.append(sequence)
            sequence.begin()

    def plan(self) -> list[tuple[Sequence, Work]]:
        """One piece of work for every running sequence that the step's prompt budget reaches.

        Sequences that need one token are always served, so a long prompt never holds up the others' writing.
        """
        budget = self._prefill_tokens
        works = []
        for sequence in self.running:
            if sequence.finished:
                continue
            count = sequence.waiting_tokens
            if count > 1:
                count = min(count, budget)
                budget -= count
                if not count:
                    continue
            works.append((sequence, self._work(sequence, count)))
        return works

    def pace(self, prompt_tokens: int, seconds: float) -> None:
        """Learn from a step how many prompt tokens fit into PREFILL_SECONDS: others write between the chunks."""
        if prompt_tokens >= MIN_PREFILL:
            fitting = int(prompt_tokens / max(seconds, 1e-6) * PREFILL_SECONDS)
            self._prefill_tokens = min(self._most_prefill, max(MIN_PREFILL, fitting))

    def retire(self) -> None:
        """Give back the slots of finished sequences."""
        for sequence in [sequence for sequence in self.running if sequence.finished]:
            self.running.remove(sequence)
            self._free.append(sequence.slot)

    def check_integrity(self) -> None:
        """Every slot is free or held by exactly one sequence. Raises RuntimeError otherwise."""
        held = [sequence.slot for sequence in self.running]
        if sorted(held + self._free) != list(range(self._backend.slots)):
            raise RuntimeError(f"slots do not add up: held {held}, free {self._free}")

    @staticmethod
    def _work(sequence: Sequence, count: int) -> Work:
        start = sequence.computed
        tokens = sequence.tokens[start : start + count]
        last = start + count == len(sequence.tokens)
        return Work(sequence.slot, start, tokens, (sequence.choice(),) if last else ())


def never_ran(request: GenerationRequest) -> Finished:
    """The terminal event of a request that was cancelled before it got a slot."""
    return Finished("cancelled", len(request.prompt), 0, 0.0, 0.0, 0.0, 0, None)
