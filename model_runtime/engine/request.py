"""A request to the engine, and what comes back from it."""

import random
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from model_runtime.backends.base import Constraint, Sampling

FinishReason = Literal["stop", "length", "cancelled", "error"]
ErrorCode = Literal["deadline_exceeded", "generation_failed", "not_finite"]


@dataclass(frozen=True)
class Limits:
    """When an answer ends; `ignore_eos` never lets the model end it by itself.

    What ended it, a text of `stop` or a token of `stop_tokens`, is cut from the answer unless `include_stop`.
    """

    max_tokens: int
    min_tokens: int = 0
    ignore_eos: bool = False
    stop: tuple[str, ...] = ()
    stop_tokens: frozenset[int] = frozenset()
    include_stop: bool = False


class Token(NamedTuple):
    """One token of an answer. A forced token has log-probability 0: under the grammar it was certain."""

    id: int
    logprob: float
    top: tuple[tuple[int, float], ...]
    forced: bool


class Piece(NamedTuple):
    """Text that became certain in a step, with the tokens that made it."""

    text: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Finished:
    """The one terminal event. Times in milliseconds; `error` and `code` only with reason "error".

    `cached_tokens` of the prompt were not computed again; of `draft_tokens` guessed, `accepted_tokens` were right.
    """

    reason: FinishReason
    prompt_tokens: int
    completion_tokens: int
    queue_ms: float
    first_token_ms: float
    decode_ms: float
    forced_tokens: int
    mean_logprob: float | None
    error: str | None = None
    code: ErrorCode | None = None
    cached_tokens: int = 0
    draft_tokens: int = 0
    accepted_tokens: int = 0


Event = Piece | Finished


@dataclass(frozen=True)
class Ending:
    """Why an answer ends other than by itself."""

    reason: FinishReason
    error: str | None = None
    code: ErrorCode | None = None


CANCELLED = Ending("cancelled")
OVERDUE = Ending("error", "The deadline passed before the answer was complete.", "deadline_exceeded")
NOT_FINITE = Ending(
    "error",
    "The model computed NaN or infinity for this request, so no token can be chosen: its weights are broken, or "
    "this text is more than they stand.",
    "not_finite",
)


def failed(error: object) -> Ending:
    """The ending of an answer that could not be computed."""
    return Ending("error", str(error), "generation_failed")


@dataclass(eq=False)
class GenerationRequest:
    """What to generate. `deliver` is called once a step with the step's events: at most one piece, then the end.

    It is called from the engine's thread, or through `post` (such as an event loop's `call_soon_threadsafe`),
    which is used once a step for all requests that have the same one.
    `caller` is whom fairness is for ("" if unknown). After `deadline` (a time of perf_counter) the request ends
    with an error. `images` is what the placeholder tokens of the prompt stand for, as the backend takes it.
    A `probe` is ours, to see whether the model answers: it is not counted among the requests.
    """

    prompt: Sequence[int]
    sampling: Sampling
    limits: Limits
    deliver: Callable[[list[Event]], None]
    constraint: Constraint | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    caller: str = ""
    deadline: float | None = None
    adapter: str | None = None
    images: object | None = None
    probe: bool = False
    rng: random.Random = field(default_factory=random.Random)
    arrived: float = field(default_factory=time.perf_counter)
    post: Callable[..., object] | None = None
    cancelled: bool = False

    def ending(self, now: float) -> Ending | None:
        """Why it must not go on at the time `now`, if so."""
        if self.cancelled:
            return CANCELLED
        return OVERDUE if self.deadline is not None and now >= self.deadline else None

    def never_ran(self, ending: Ending) -> Finished:
        """Its terminal event when it ends before it got a slot, or without a word from the engine."""
        queued = (time.perf_counter() - self.arrived) * 1e3
        return Finished(
            ending.reason, len(self.prompt), 0, queued, 0.0, 0.0, 0, None, error=ending.error, code=ending.code
        )

    def cancel(self) -> None:
        """Ask the engine to end this request at its next step. Safe from any thread, any number of times."""
        self.cancelled = True
