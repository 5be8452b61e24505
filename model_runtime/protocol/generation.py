"""Fields that chat and plain completions have in common."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from model_runtime.protocol.base import Name, RequestModel, StopString, StreamOptions, StructuredOutputs

MAX_TOKENS = 1_000_000


class GenerationFields(RequestModel):
    """How to draw tokens and when to end. Bounds keep one request from taking the whole machine."""

    model: Name
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1, le=8)] = 1
    max_tokens: Annotated[int, Field(ge=1, le=MAX_TOKENS)] | None = None
    min_tokens: Annotated[int, Field(ge=0, le=MAX_TOKENS)] = 0
    ignore_eos: bool = False
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] = 0.0
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] = 0.0
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] = 0.0
    logit_bias: Annotated[dict[str, Annotated[float, Field(ge=-100, le=100)]], Field(max_length=1024)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    stop: StopString | Annotated[list[StopString], Field(max_length=8)] | None = None
    user: Annotated[str, Field(max_length=512)] | None = None
    structured_outputs: StructuredOutputs | None = None

    @field_validator("logit_bias")
    @classmethod
    def _keys_are_tokens(cls, value: dict[str, float] | None) -> dict[str, float] | None:
        if value and not all(key.isascii() and key.isdigit() and len(key) < 8 for key in value):
            raise ValueError("keys must be token numbers")
        return value

    @property
    def stops(self) -> tuple[str, ...]:
        """The stop strings as a tuple."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())


class ResponseFormat(RequestModel):
    """`text`, `json_object` (any object), or `json_schema` with a schema."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: "JsonSchema | None" = None


class JsonSchema(RequestModel):
    """A named schema. Answers always follow it strictly; `strict` is accepted for the protocol's sake."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    schema_: Annotated[dict[str, object], Field(alias="schema")]
    description: Annotated[str, Field(max_length=2000)] | None = None
    strict: bool | None = None


ResponseFormat.model_rebuild()
