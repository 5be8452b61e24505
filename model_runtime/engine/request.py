"""A request to the engine, and what comes back from it."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from model_runtime.backends.base import Constraint, Sampling

FinishReason = Literal["stop", "length", "cancelled", "error"]


@dataclass(frozen=True)
class Limits:
    """When an answer ends. `stop` strings are cut from the text; `ignore_eos` never lets the model end it."""

    max_tokens: int
    min_tokens: int = 0
    ignore_eos: bool = False
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Token:
    """One token of an answer. A forced token has log-probability 0: under the grammar it was certain."""

    id: int
    logprob: float
    top: tuple[tuple[int, float], ...]
    forced: bool


@dataclass(frozen=True)
class Piece:
    """Text that became certain, with the tokens that made it."""

    text: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True)
class Finished:
    """The one terminal event. Times in milliseconds; `error` only with reason "error"."""

    reason: FinishReason
    prompt_tokens: int
    completion_tokens: int
    queue_ms: float
    first_token_ms: float
    decode_ms: float
    forced_tokens: int
    mean_logprob: float | None
    error: str | None = None


Event = Piece | Finished


@dataclass
class GenerationRequest:
    """What to generate. `deliver` is called from the engine's thread with the events of one step, in order."""

    prompt: Sequence[int]
    sampling: Sampling
    limits: Limits
    deliver: Callable[[list[Event]], None]
    constraint: Constraint | None = None
    rng: random.Random = field(default_factory=random.Random)
    arrived: float = field(default_factory=time.perf_counter)
    cancelled: bool = False

    def cancel(self) -> None:
        """Ask the engine to end this request at its next step. Safe from any thread, any number of times."""
        self.cancelled = True
