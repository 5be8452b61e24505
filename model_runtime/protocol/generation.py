"""Fields that chat and plain completions have in common."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from model_runtime.bounds import REPETITION_PENALTY, TEMPERATURE, TOP_K, TOP_P
from model_runtime.protocol.base import Name, RequestModel, StopString, TokenNumber, at_most
from model_runtime.protocol.structured import ResponseFormat, StructuredOutputs

MAX_TOKENS = 1_000_000


class StreamOptions(RequestModel):
    """`include_usage` adds a last chunk with the counts; `continuous_usage_stats` puts them into every chunk."""

    include_usage: bool = False
    continuous_usage_stats: bool = False
    include_obfuscation: Literal[False] = False


class GenerationFields(RequestModel):
    """How to draw tokens and when to end. Bounds keep one request from taking the whole machine."""

    model: Name
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=8)] = 1
    max_tokens: Annotated[int, Field(ge=1, le=MAX_TOKENS)] | None = None
    min_tokens: Annotated[int, Field(ge=0, le=MAX_TOKENS)] = 0
    ignore_eos: bool = False
    temperature: Annotated[float, Field(ge=TEMPERATURE[0], le=TEMPERATURE[1])] | None = None
    top_p: Annotated[float, Field(gt=TOP_P[0], le=TOP_P[1])] | None = None
    top_k: Annotated[int, Field(ge=TOP_K[0], le=TOP_K[1])] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] = 0.0
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] = 0.0
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] = 0.0
    repetition_penalty: Annotated[float, Field(gt=REPETITION_PENALTY[0], le=REPETITION_PENALTY[1])] | None = None
    logit_bias: Annotated[dict[str, Annotated[float, Field(ge=-100, le=100)]], at_most(1024)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    stop: StopString | Annotated[list[StopString], Field(max_length=8)] | None = None
    stop_token_ids: Annotated[list[TokenNumber], Field(max_length=64)] = []
    include_stop_str_in_output: bool = False
    user: Annotated[str, Field(max_length=512)] | None = None
    response_format: ResponseFormat | None = None
    structured_outputs: StructuredOutputs | None = None

    @field_validator("logit_bias")
    @classmethod
    def _keys_are_tokens(cls, value: dict[str, float] | None) -> dict[str, float] | None:
        if value and not all(key.isascii() and key.isdigit() and len(key) < 8 for key in value):
            raise ValueError("keys must be token numbers")
        return value

    def check_together(self) -> None:
        """Refuse fields that exclude or need each other. Raises ValueError."""
        if self.stream_options and not self.stream:
            raise ValueError("stream_options needs stream to be true")
        if self.stream_options and self.stream_options.continuous_usage_stats > self.stream_options.include_usage:
            raise ValueError("stream_options.continuous_usage_stats needs include_usage to be true")
        formatted = self.response_format is not None and self.response_format.type != "text"
        if self.structured_outputs and formatted:
            raise ValueError("structured_outputs and response_format exclude each other")
        # A form decides where an answer may end, so neither field could be obeyed.
        if (self.structured_outputs or formatted) and (self.min_tokens or self.ignore_eos):
            raise ValueError("min_tokens and ignore_eos exclude structured_outputs and response_format")
        if self.token_limit is not None and self.min_tokens > self.token_limit:
            raise ValueError("min_tokens is more than the most tokens allowed")

    @property
    def token_limit(self) -> int | None:
        """The most tokens the answer may have; None is as many as there is room for."""
        return self.max_tokens

    @property
    def caller(self) -> str:
        """Who asks, for fairness between callers; empty if unknown."""
        return self.user or ""

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop strings as a tuple."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())

    @property
    def wants_usage(self) -> bool:
        """Whether the stream is to end with the counts."""
        return self.stream_options is not None and self.stream_options.include_usage

    @property
    def wants_running_usage(self) -> bool:
        """Whether every chunk is to carry the counts so far."""
        return self.stream_options is not None and self.stream_options.continuous_usage_stats
