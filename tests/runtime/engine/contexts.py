"""A backend that remembers which token sits where in which slot, and what the answer to a context is."""

import random
import threading
from collections.abc import Sequence

from model_runtime.backends.base import Choice, Chosen, Sampling, Work
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits, Piece

END = 0
LETTERS = range(97, 103)


def chosen(context: Sequence[int], adapter: str | None, choice: Choice) -> int:
    """The token after a context: mostly what its last two tokens say, at times what the whole of it says."""
    whole = random.Random(repr((list(context), adapter)))
    near = random.Random(repr((list(context[-2:]), adapter)))
    decider = near if whole.random() < 0.8 else whole
    weights = [decider.random() ** 3 for _ in LETTERS] + [0.3]
    tokens = [*LETTERS, END]
    for index, token in enumerate(tokens):
        weights[index] *= 0.5 ** choice.counts.get(token, 0) if token not in choice.banned else 0
        weights[index] *= 0.7 if token in choice.prompt else 1
    if choice.sampling.temperature == 0:
        return tokens[weights.index(max(weights))]
    target = choice.uniform * sum(weights)
    for token, weight in zip(tokens, weights, strict=True):
        target -= weight
        if target < 0:
            return token
    return tokens[0]


class ContextBackend:
    """Fails the test when a work builds on positions that do not hold its own sequence's tokens and adapter."""

    def __init__(self, *, slots: int = 2, context_length: int = 400, ragged: bool = True) -> None:
        self.slots = slots
        self.context_length = context_length
        self.ragged = ragged
        self.eos = frozenset({END})
        self.cells: list[list[tuple[int, str | None]]] = [[] for _ in range(slots)]
        self.works: list[Work] = []
        self.copies: list[tuple[int, int, int]] = []

    def token_bytes(self, token: int) -> bytes:
        return bytes([token]) if token else b""

    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        assert len({work.slot for work in works}) == len(works)
        self.works += works
        return [self._compute(work) for work in works]

    def copy(self, source: int, target: int, length: int) -> None:
        assert length <= len(self.cells[source])
        self.copies.append((source, target, length))
        self.cells[target] = self.cells[source][:length]

    def attach(self, slot: int, images: object) -> None:
        if images is not None:
            raise ValueError("this model reads no images")

    def choose(self, context: Sequence[int], adapter: str | None, choice: Choice) -> int:
        return chosen(context, adapter, choice)

    def _compute(self, work: Work) -> list[Chosen]:
        cells = self.cells[work.slot]
        assert work.start <= len(cells), "positions were left out"
        assert work.start + len(work.tokens) <= self.context_length
        # Positions after those written stay as they were, but hold another text's tokens: never to be relied on.
        cells[work.start :] = [(token, work.adapter) for token in work.tokens]
        assert {adapter for _, adapter in cells} == {work.adapter}
        context = [token for token, _ in cells]
        first = len(context) - len(work.choices) + 1
        return [
            Chosen(self.choose(context[: first + index], work.adapter, choice), -0.5)
            for index, choice in enumerate(work.choices)
        ]


class Listener:
    """A request over a context backend, and what became of it."""

    def __init__(
        self,
        prompt: Sequence[int],
        limits: Limits,
        *,
        sampling: Sampling | None = None,
        seed: int = 0,
        **fields: object,
    ) -> None:
        self.events: list[Event] = []
        self.seed = seed
        self.request = GenerationRequest(
            list(prompt),
            sampling or Sampling(),
            limits,
            self.events.extend,
            rng=random.Random(seed),
            **fields,  # type: ignore[arg-type]
        )

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Piece))

    @property
    def tokens(self) -> list[int]:
        return [token.id for event in self.events if isinstance(event, Piece) for token in event.tokens]

    @property
    def finished(self) -> Finished:
        """The one terminal event; fails if there is none, several, or one before the end."""
        ends = [event for event in self.events if isinstance(event, Finished)]
        assert len(ends) == 1 and self.events[-1] is ends[0]
        return ends[0]

    def expected(self) -> tuple[list[int], str, str]:
        """Tokens, text and reason as one would write them alone, a token at a time."""
        request = self.request
        limits, draws = request.limits, random.Random(self.seed)
        context, counts = list(request.prompt), dict[int, int]()
        answer: list[int] = []
        while True:
            banned = {END} - limits.stop_tokens if limits.ignore_eos else set()
            choice = Choice(
                request.sampling,
                draws.random(),
                frozenset({END} | limits.stop_tokens if len(answer) < limits.min_tokens else banned),
                counts if request.sampling.penalised else {},
                prompt=frozenset(request.prompt) if request.sampling.repetition_penalty != 1 else frozenset(),
            )
            token = chosen(context, request.adapter, choice)
            text = bytes(answer).decode()
            if token == END or (token in limits.stop_tokens and not limits.include_stop):
                return answer, text, "stop"
            answer.append(token)
            context.append(token)
            counts[token] = counts.get(token, 0) + 1
            text = bytes(answer).decode()
            found = [(text.index(stop), len(stop)) for stop in limits.stop if stop in text]
            if found:
                begin, length = min(found, key=lambda one: one[0])
                return answer, text[: begin + length if limits.include_stop else begin], "stop"
            if token in limits.stop_tokens:
                return answer, text, "stop"
            if len(answer) == limits.max_tokens:
                return answer, text, "length"


class Awaited(Listener):
    """A listener that can be waited for."""

    def __init__(self, *arguments: object, **fields: object) -> None:
        super().__init__(*arguments, **fields)  # type: ignore[arg-type]
        self.ended = threading.Event()
        self.request.deliver = self.deliver

    def deliver(self, events: list[Event]) -> None:
        self.events += events
        if isinstance(events[-1], Finished):
            self.ended.set()

    def wait(self) -> Finished:
        assert self.ended.wait(60)
        return self.finished
