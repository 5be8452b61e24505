"""One running request: its tokens, how many of them are computed, and its way to the end."""

import math
import time
from collections import Counter, deque
from collections.abc import Mapping

from model_runtime.backends.base import Backend, Choice, Chosen, Work
from model_runtime.engine.drafting import Drafter
from model_runtime.engine.request import (
    NOT_FINITE,
    Ending,
    Event,
    Finished,
    GenerationRequest,
    Piece,
    Token,
    failed,
)
from model_runtime.engine.text import StopMatcher, Utf8Assembler


class Sequence:
    """The state of a request while it holds a slot.

    `computed` is how many of `tokens` the slot holds. While there is a `leader`, its slot will soon hold the first
    `cached` tokens, and this sequence waits to copy them.
    """

    def __init__(self, request: GenerationRequest, slot: int, backend: Backend, *, draft_tokens: int = 0) -> None:
        self.request = request
        self.slot = slot
        self.tokens = list(request.prompt)
        self.computed = 0
        self.cached = 0
        self.leader: Sequence | None = None
        self.finished: Finished | None = None
        self._full = len(request.prompt) + request.limits.max_tokens
        self._backend = backend
        # What a grammar forces is free already, and its draws must not be looked at twice.
        self._drafter = Drafter(self.tokens, draft_tokens) if draft_tokens and request.constraint is None else None
        self._uniforms: deque[float] = deque()
        self._decoder = Utf8Assembler()
        self._stop = StopMatcher(request.limits.stop, include=request.limits.include_stop)
        self._ends = backend.eos | request.limits.stop_tokens
        self._cut = backend.eos if request.limits.include_stop else self._ends
        # Looked at again for every token, so made once.
        self._read = frozenset(request.prompt) if request.sampling.repetition_penalty != 1 else frozenset()
        self._text: list[str] = []
        self._shown: list[Token] = []
        self._pending: list[Token] = []
        self._counts: Counter[int] = Counter()
        self._started = time.perf_counter()
        self._first: float | None = None
        self._forced = self._drafted = self._accepted = self._choices = 0
        self._logprobs = 0.0
        self._broken = False

    @property
    def written(self) -> int:
        """Tokens of the answer so far."""
        return len(self.tokens) - len(self.request.prompt)

    @property
    def waiting_tokens(self) -> int:
        """Tokens that must still be computed before the next choice."""
        return len(self.tokens) - self.computed

    def begin(self) -> None:
        """Add what the grammar forces before any choice; may finish the sequence."""
        self._extend()

    def read(self, count: int) -> Work:
        """The next `count` waiting tokens as work; it asks for a choice if they are the last."""
        end = self.computed + count
        choices = (self._choice(0, self._counts),) if end == len(self.tokens) else ()
        return Work(self.slot, self.computed, self.tokens[self.computed : end], choices, self.request.adapter)

    def write(self, most_drafts: int) -> Work:
        """The last token as work, with at most `most_drafts` guesses of what follows, each to be verified."""
        drafts = self._drafts(most_drafts)
        choices = [self._choice(0, self._counts)]
        counts: Mapping[int, int] = self._counts
        for ahead, token in enumerate(drafts, 1):
            if self.request.sampling.penalised:
                counts = {**counts, token: counts.get(token, 0) + 1}
            choices.append(self._choice(ahead, counts))
        return Work(self.slot, self.computed, [self.tokens[-1], *drafts], choices, self.request.adapter)

    def advance(self, work: Work, results: list[Chosen]) -> None:
        """Take a step's results: choices, as long as each was made after the right tokens; may finish it."""
        drafted = max(len(work.choices) - 1, 0)
        drafts = work.tokens[len(work.tokens) - drafted :]
        self.computed = work.start + len(work.tokens) - drafted
        self._drafted += drafted
        accepted = 0
        for chosen in results:
            right = accepted < drafted and chosen.token == drafts[accepted]
            accepted += right
            self._accepted += right
            self._take(chosen)
            # The next choice counts only if its context is what was chosen here.
            if not right or self.finished is not None:
                break
        self.computed += accepted
        if self._broken:
            self.computed = 0  # nobody else's prompt may build on it
        if drafted and self._drafter is not None:
            self._drafter.learn(drafted, accepted)

    def end(self, ending: Ending) -> None:
        """End the sequence from outside: cancelled, overdue or failed."""
        if self.finished is None:
            self._finish(ending)

    def collect(self) -> list[Event]:
        """What came since the last call: at most one piece, then the end if it came."""
        events: list[Event] = []
        if self._text or self._shown:
            events.append(Piece("".join(self._text), tuple(self._shown)))
            self._text.clear()
            self._shown.clear()
        if self.finished is not None:
            events.append(self.finished)
        return events

    def _drafts(self, most: int) -> list[int]:
        if self._drafter is None or most <= 0:
            return []
        room = min(self._full, self._backend.context_length + 1) - len(self.tokens) - 1
        drafts = self._drafter.draft(min(most, room))
        if drafts:
            # Nothing follows an end token, so it is not worth guessing.
            drafts = drafts[: next((at for at, token in enumerate(drafts) if token in self._ends), None)]
        return drafts

    def _choice(self, ahead: int, counts: Mapping[int, int]) -> Choice:
        """Asks for the token `ahead` places after the next. Its draw is its own, however often it is asked."""
        while len(self._uniforms) <= ahead:
            self._uniforms.append(self.request.rng.random())
        request, limits = self.request, self.request.limits
        banned: frozenset[int] = frozenset()
        if self.written + ahead < limits.min_tokens:
            banned = self._ends
        elif limits.ignore_eos:
            banned = self._backend.eos - limits.stop_tokens
        return Choice(
            request.sampling, self._uniforms[ahead], banned, counts, request.constraint, prompt=self._read
        )

    def _take(self, chosen: Chosen) -> None:
        """Add the chosen token, then all that the grammar forces after it."""
        if math.isnan(chosen.logprob):
            self._broken = True
            self._finish(NOT_FINITE)
            return
        self._uniforms.popleft()
        self._logprobs += chosen.logprob
        self._choices += 1
        constraint = self.request.constraint
        if constraint is not None:
            try:
                constraint.accept(chosen.token)
            except ValueError as error:
                self._finish(failed(error))
                return
        self._add(Token(chosen.token, chosen.logprob, chosen.top, False))
        self._extend()

    def _extend(self) -> None:
        """Add what the grammar forces now. If it fails, that ends this answer only; the neighbours go on."""
        constraint = self.request.constraint
        if constraint is None or self.finished is not None:
            return
        try:
            forced = constraint.forced(self._full - len(self.tokens))
        except ValueError as error:
            self._finish(failed(error))
            return
        for token in forced:
            self._add(Token(token, 0.0, ((token, 0.0),), True))
            if self.finished is not None:
                return
        if constraint.complete:
            self._finish(Ending("stop"))

    def _add(self, token: Token) -> None:
        if token.id in self._cut:
            # The end token counts in the mean log-probability, but is no part of the answer.
            self._finish(Ending("stop"))
            return
        self._forced += token.forced
        if self._first is None:
            self._first = time.perf_counter()
        self.tokens.append(token.id)
        if self.request.sampling.penalised:
            self._counts[token.id] += 1
        self._pending.append(token)
        self._show(self._stop.feed(self._decoder.feed(self._backend.token_bytes(token.id))))
        if self._stop.matched is not None or token.id in self._ends:
            self._finish(Ending("stop"))
        elif len(self.tokens) >= self._full:
            complete = token.forced and self.request.constraint is not None and self.request.constraint.complete
            self._finish(Ending("stop" if complete else "length"))

    def _show(self, text: str) -> None:
        if text:
            self._text.append(text)
            self._shown += self._pending
            self._pending.clear()

    def _finish(self, ending: Ending) -> None:
        if self._stop.matched is None:
            self._show(self._stop.finish())
        self._shown += self._pending
        self._pending.clear()
        now = time.perf_counter()
        first = self._first or now
        self.finished = Finished(
            reason=ending.reason,
            prompt_tokens=len(self.request.prompt),
            completion_tokens=self.written,
            queue_ms=(self._started - self.request.arrived) * 1e3,
            first_token_ms=(first - self.request.arrived) * 1e3,
            decode_ms=(now - first) * 1e3,
            forced_tokens=self._forced,
            mean_logprob=self._logprobs / self._choices if self._choices else None,
            error=ending.error,
            code=ending.code,
            cached_tokens=self.cached,
            draft_tokens=self._drafted,
            accepted_tokens=self._accepted,
        )
