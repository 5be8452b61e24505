"""/v1/completions: plain text in, its continuation out."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model_runtime.protocol.base import Metrics, ResponseModel, TokenNumber, Usage
from model_runtime.protocol.generation import GenerationFields

Text = Annotated[str, Field(min_length=1, max_length=2_000_000)]
Tokens = Annotated[list[TokenNumber], Field(min_length=1, max_length=1_000_000, fail_fast=True)]
_ONE = Field(min_length=1, max_length=1, fail_fast=True)


class CompletionRequest(GenerationFields):
    """The body of a completion. `prompt` is text or token numbers, or a list of one of these."""

    prompt: Text | Tokens | Annotated[list[Text], _ONE] | Annotated[list[Tokens], _ONE]
    logprobs: Annotated[int, Field(ge=0, le=5)] | None = None

    @model_validator(mode="after")
    def _fields_agree(self) -> "CompletionRequest":
        self.check_together()
        return self

    @property
    def alternatives(self) -> int:
        """How many likeliest tokens to tell at each place."""
        return self.logprobs or 0

    @property
    def only_prompt(self) -> str | list[int]:
        """The prompt without a list around it."""
        given = self.prompt
        if isinstance(given, str) or isinstance(given[0], int):
            return given
        return given[0]

    @property
    def token_limit(self) -> int | None:
        """The answer's bound; OpenAI's default is 16."""
        return self.max_tokens if self.max_tokens is not None else 16


class CompletionLogprobs(ResponseModel):
    """The older shape of log-probabilities: parallel lists."""

    tokens: list[str]
    token_logprobs: list[float]
    top_logprobs: list[dict[str, float]]
    text_offset: list[int]


class CompletionChoice(ResponseModel):
    """One of the `n` continuations."""

    index: int
    text: str
    logprobs: CompletionLogprobs | None = None
    finish_reason: str | None


class Completion(ResponseModel):
    """A continuation, or a chunk of one when streamed."""

    id: str
    object: Literal["text_completion"] = "text_completion"
    created: int
    model: str
    choices: list[CompletionChoice]
    usage: Usage | None = None
    metrics: Metrics | None = None
