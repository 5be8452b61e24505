"""Who runs, who waits, and what each step computes."""

from collections import Counter
from collections.abc import Sequence as Many

from model_runtime.backends.base import Backend, Work
from model_runtime.engine.drafting import LEAST
from model_runtime.engine.prefixes import FreeSlots, Held
from model_runtime.engine.queue import FairQueue
from model_runtime.engine.request import GenerationRequest, failed
from model_runtime.engine.sequence import Sequence

PREFILL_SECONDS = 0.5
MIN_PREFILL = 32
DRAFTS_A_STEP = 32
"""Drafts of all sequences together: many sequences fill a step without guessing."""


class Scheduler:
    """Shares a fixed number of slots among waiting requests. Used from the engine's thread only.

    `prefill_tokens` is the most prompt tokens one step computes; `pace` lowers it for a slow model.
    `draft_tokens` is the most one sequence guesses ahead; without `prefix_reuse` every prompt is computed whole.
    """

    def __init__(
        self, backend: Backend, *, prefill_tokens: int = 512, draft_tokens: int = 16, prefix_reuse: bool = True
    ) -> None:
        self._backend = backend
        self._most_prefill = prefill_tokens
        self._prefill_tokens = prefill_tokens
        self._draft_tokens = draft_tokens
        self._prefix_reuse = prefix_reuse
        self._free = FreeSlots(backend.slots)
        self.waiting = FairQueue()
        self.running: list[Sequence] = []

    @property
    def busy(self) -> bool:
        """Whether any request runs or waits."""
        return bool(self.running or self.waiting)

    def admit(self) -> bool:
        """Give free slots to those whose turn it is; whether anybody got one."""
        for sequence in self.running:
            self._follow(sequence)
        before = len(self.running)
        while self._free and self.waiting:
            self._begin(self.waiting.pop(Counter(sequence.request.caller for sequence in self.running)))
        return len(self.running) > before

    def plan(self) -> list[tuple[Sequence, Work]]:
        """One piece of work for every running sequence that the step's prompt budget reaches.

        Sequences that need one token are always served, so a long prompt never holds up the others' writing.
        """
        active = [sequence for sequence in self.running if not (sequence.finished or sequence.leader)]
        reading = [sequence for sequence in active if sequence.waiting_tokens > 1]
        writing = [sequence for sequence in active if sequence.waiting_tokens == 1]
        share_of_drafts = DRAFTS_A_STEP // max(1, len(writing))
        drafts = min(self._draft_tokens, share_of_drafts)
        if share_of_drafts < LEAST or (not self._backend.ragged and len(active) > 1):
            drafts = 0
        shares = share(self._prefill_tokens, [sequence.waiting_tokens for sequence in reading])
        return [(sequence, sequence.write(drafts)) for sequence in writing] + [
            (sequence, sequence.read(count)) for sequence, count in zip(reading, shares, strict=True) if count
        ]

    def pace(self, prompt_tokens: int, seconds: float) -> None:
        """Learn from a step how many prompt tokens fit into PREFILL_SECONDS: others write between the chunks."""
        if prompt_tokens >= MIN_PREFILL:
            fitting = int(prompt_tokens / max(seconds, 1e-6) * PREFILL_SECONDS)
            self._prefill_tokens = min(self._most_prefill, max(MIN_PREFILL, fitting))

    def retire(self) -> None:
        """Give back the slots of finished sequences, with what they hold."""
        for sequence in [sequence for sequence in self.running if sequence.finished]:
            self.running.remove(sequence)
            self._free.release(sequence.slot, self._held(sequence, sequence.computed))

    def check_integrity(self) -> None:
        """Every slot is free or held by exactly one sequence. Raises RuntimeError otherwise."""
        held, free = [sequence.slot for sequence in self.running], list(self._free)
        if sorted(held + free) != list(range(self._backend.slots)):
            raise RuntimeError(f"slots do not add up: held {held}, free {free}")

    def _begin(self, request: GenerationRequest) -> None:
        holders = {sequence.slot: sequence for sequence in self.running}
        soon = {slot: self._held(sequence, len(sequence.tokens)) for slot, sequence in holders.items()}
        reusing = self._prefix_reuse and request.images is None
        place = self._free.take(request.prompt if reusing else (), request.adapter, soon)
        sequence = Sequence(request, place.slot, self._backend, draft_tokens=self._draft_tokens)
        # From here on it is known, so whatever fails below ends it.
        self.running.append(sequence)
        sequence.cached = place.common
        if place.source in holders:
            sequence.leader = holders[place.source]
            self._follow(sequence)
        else:
            if place.source is not None:
                self._backend.copy(place.source, place.slot, place.common)
            sequence.computed = place.common
        try:
            self._backend.attach(place.slot, request.images)
        except ValueError as error:
            sequence.end(failed(error))
        sequence.begin()

    def _follow(self, sequence: Sequence) -> None:
        """Copy what a sequence waits for, once its leader has computed it, or never will."""
        leader = sequence.leader
        if leader is None or not (leader.finished or leader.computed >= sequence.cached):
            return
        # A leader that has ended has left its slot just now: nobody else was placed there yet.
        sequence.cached = min(sequence.cached, leader.computed)
        self._backend.copy(leader.slot, sequence.slot, sequence.cached)
        sequence.computed, sequence.leader = sequence.cached, None

    def _held(self, sequence: Sequence, count: int) -> Held:
        if not self._prefix_reuse or sequence.request.images is not None:
            return Held()
        return Held(sequence.tokens[:count], sequence.request.adapter)


def share(budget: int, needs: Many[int]) -> list[int]:
    """Prompt tokens for each sequence that reads, oldest first, given what each still needs.

    Shortest first makes the mean wait for a first token the least; a quarter is kept for the oldest, so that short
    prompts that keep coming never stop a long one.
    """
    shares = [0] * len(needs)
    if not needs:
        return shares
    shares[0] = min(needs[0], -(-budget // 4))
    left = budget - shares[0]
    for index in sorted(range(len(needs)), key=lambda index: needs[index] - shares[index]):
        more = min(left, needs[index] - shares[index])
        shares[index] += more
        left -= more
    return shares
