"""One running request: its tokens, how many of them are computed, and its way to the end."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator

from model_runtime.backends.base import Backend, Choice, Chosen
from model_runtime.engine.request import Event, Finished, FinishReason, GenerationRequest, Piece, Token
from model_runtime.engine.text import StopMatcher, Utf8Assembler


class Sequence:
    """The state of a request while it holds a slot. `events` collects what the step produced."""

    def __init__(self, request: GenerationRequest, slot: int, backend: Backend) -> None:
        self.request = request
        self.slot = slot
        self.tokens = list(request.prompt)
        self.computed = 0
        self.finished: FinishReason | None = None
        self.events: list[Event] = []
        self._backend = backend
        self._text = Utf8Assembler()
        self._stop = StopMatcher(request.limits.stop)
        self._pending: list[Token] = []
        self._counts: Counter[int] = Counter()
        self._started = time.perf_counter()
        self._first: float | None = None
        self._forced = 0
        self._logprobs: list[float] = []

    @property
    def written(self) -> int:
        """Tokens of the answer so far."""
        return len(self.tokens) - len(self.request.prompt)

    @property
    def waiting_tokens(self) -> int:
        """Tokens that must still be computed before the next choice."""
        return len(self.tokens) - self.computed

    def choice(self) -> Choice:
        """What to ask of the backend for the next token."""
        limits = self.request.limits
        keep_going = limits.ignore_eos or self.written < limits.min_tokens
        return Choice(
            sampling=self.request.sampling,
            uniform=self.request.rng.random(),
            banned=self._backend.eos if keep_going else frozenset(),
            counts=self._counts if self.request.sampling.penalised else {},
            constraint=self.request.constraint,
        )

    def begin(self) -> None:
        """Add what the grammar forces before any choice; may finish the sequence."""
        with self._ending_on_grammar_failure():
            self._extend()

    def take(self, chosen: Chosen) -> None:
        """Add the chosen token, then all that the grammar forces after it; may finish the sequence."""
        self._logprobs.append(chosen.logprob)
        with self._ending_on_grammar_failure():
            if self.request.constraint is not None:
                self.request.constraint.accept(chosen.token)
            if chosen.token in self._backend.eos:
                # The end token counts in the mean log-probability, but is no part of the answer.
                self._finish("stop")
                return
            self._add(Token(chosen.token, chosen.logprob, chosen.top, forced=False))
            self._extend()

    def end(self, reason: FinishReason, error: str | None = None) -> None:
        """End the sequence from outside: cancelled or failed."""
        if self.finished is None:
            self._finish(reason, error)

    @contextlib.contextmanager
    def _ending_on_grammar_failure(self) -> Iterator[None]:
        """A grammar that fails half-way ends its own answer only; the neighbours go on."""
        try:
            yield
        except ValueError as error:
            self.end("error", str(error))

    def _extend(self) -> None:
        constraint = self.request.constraint
        if constraint is None or self.finished is not None:
            return
        for token in constraint.forced(self.request.limits.max_tokens - self.written):
            self._forced += 1
            self._add(Token(token, 0.0, ((token, 0.0),), forced=True))
            if self.finished is not None:
                return
        if constraint.complete:
            self._finish("stop")

    def _add(self, token: Token) -> None:
        if self._first is None:
            self._first = time.perf_counter()
        self.tokens.append(token.id)
        self._counts[token.id] += 1
        self._pending.append(token)
        self._show(self._stop.feed(self._text.feed(self._backend.token_bytes(token.id))))
        if self._stop.matched is not None:
            self._finish("stop")
        elif self.written >= self.request.limits.max_tokens:
            complete = token.forced and self.request.constraint is not None and self.request.constraint.complete
            self._finish("stop" if complete else "length")

    def _show(self, text: str) -> None:
        if text:
            self.events.append(Piece(text, tuple(self._pending)))
            self._pending.clear()

    def _finish(self, reason: FinishReason, error: str | None = None) -> None:
        self.finished = reason
        if self._stop.matched is None:
            self._show(self._stop.finish())
        if self._pending:
            self.events.append(Piece("", tuple(self._pending)))
            self._pending.clear()
        now = time.perf_counter()
        first = self._first or now
        self.events.append(
            Finished(
                reason=reason,
                prompt_tokens=len(self.request.prompt),
                completion_tokens=self.written,
                queue_ms=(self._started - self.request.arrived) * 1e3,
                first_token_ms=(first - self.request.arrived) * 1e3,
                decode_ms=(now - first) * 1e3,
                forced_tokens=self._forced,
                mean_logprob=sum(self._logprobs) / len(self._logprobs) if self._logprobs else None,
                error=error,
            )
        )
