"""What the engine asks of a backend: token numbers in, token numbers and log-probabilities out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Protocol


@dataclass(frozen=True)
class Sampling:
    """How the next token is drawn. Temperature 0 takes the most likely token; top_k 0 means no limit."""

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    repetition_penalty: float = 1.0
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    top_logprobs: int = 0

    @property
    def penalised(self) -> bool:
        """Whether the tokens written so far change the odds of the next one."""
        return bool(self.presence_penalty or self.frequency_penalty or self.repetition_penalty != 1)


class Constraint(Protocol):
    """A grammar's place in one answer."""

    complete: bool
    """True when the grammar allows nothing more."""

    mask: bytes | None
    """Allowed tokens for the next choice, one bit a token, lowest bit first; None before `forced` was asked."""

    def forced(self, limit: int) -> list[int]:
        """Take and return the tokens (at most `limit`) that follow without any choice; may set `complete`."""

    def accept(self, token: int) -> None:
        """Take the token that was chosen. Raises ValueError if the grammar does not allow it."""


# Made for every token, so tuples: half the cost of frozen dataclasses.
class Choice(NamedTuple):
    """Asks for the next token after a piece of work. `uniform` in [0, 1) decides the draw.

    `counts` are the tokens written so far, where a penalty is asked for; `prompt` those that were read, where
    repeating these is penalised too.
    """

    sampling: Sampling
    uniform: float
    banned: frozenset[int] = frozenset()
    counts: Mapping[int, int] = MappingProxyType({})
    constraint: Constraint | None = None
    prompt: frozenset[int] = frozenset()


class Work(NamedTuple):
    """Tokens to compute at positions `start`… of the sequence in `slot`.

    `choices` ask for the token that follows each of the last `len(choices)` tokens: one for an ordinary step,
    more when the last tokens are drafts to be verified, none in the middle of a prompt. `adapter` names the
    low-rank adapter to compute with; None is the model as it is.
    """

    slot: int
    start: int
    tokens: Sequence[int]
    choices: Sequence[Choice] = ()
    adapter: str | None = None


class Chosen(NamedTuple):
    """The token picked, its log-probability under the unconstrained model, and the likeliest alternatives.

    The log-probability is NaN where the model computed no numbers to choose by; `token` then means nothing.
    """

    token: int
    logprob: float
    top: tuple[tuple[int, float], ...] = ()


class Backend(Protocol):
    """One loaded model. Called from one thread only.

    What was computed in a slot stays there until other tokens are computed at the same positions.
    """

    slots: int
    context_length: int
    eos: frozenset[int]

    ragged: bool
    """Whether pieces of work of different lengths share one pass; if not, drafts of one hold up the others."""

    def token_bytes(self, token: int) -> bytes:
        """The bytes a token adds to the text; empty for control tokens."""

    def run(self, works: Sequence[Work]) -> list[list[Chosen]]:
        """Compute every piece of work; for each, one result a choice. A slot appears at most once.

        A sequence for which the model computes NaN or infinity changes nothing for the others.
        """

    def copy(self, source: int, target: int, length: int) -> None:
        """Make the first `length` positions of slot `target` those of slot `source`."""

    def attach(self, slot: int, images: object) -> None:
        """Say what the placeholder tokens of the sequence that begins in `slot` stand for, before its first work.

        `images` is what the server prepared for this backend, None for a sequence of text, which thereby never sees
        what was attached before. Raises ValueError if the model reads no images.
        """
