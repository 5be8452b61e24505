"""What all wire types share."""

import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class RequestModel(BaseModel):
    """A request body: unknown fields are refused, "1" and true are no numbers, NaN is nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class ResponseModel(BaseModel):
    """A response body; None means the key is sent as null unless the caller leaves it out."""

    model_config = ConfigDict(extra="forbid")


Name = Annotated[str, Field(min_length=1, max_length=200)]
StopString = Annotated[str, Field(min_length=1, max_length=200)]


class StreamOptions(RequestModel):
    """`include_usage` adds a last chunk with the counts."""

    include_usage: bool = False


class StructuredOutputs(RequestModel):
    """vLLM's name for constrained answers; `grammar` is llguidance's Lark dialect."""

    grammar: Annotated[str, Field(min_length=1, max_length=262_144)]


class Usage(ResponseModel):
    """Token counts of one request."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Metrics(ResponseModel):
    """How an answer went: times in milliseconds, forced tokens, mean log-probability of the chosen ones."""

    queue_ms: float
    first_token_ms: float
    decode_ms: float
    forced_tokens: int
    mean_logprob: float | None


class ErrorDetail(ResponseModel):
    """OpenAI's error shape. `param` names the field at fault."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorBody(ResponseModel):
    """The body of every error response."""

    error: ErrorDetail


class ModelCard(ResponseModel):
    """One entry of /v1/models."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(default_factory=lambda: int(time.time()))
    owned_by: str = "parley"


class ModelList(ResponseModel):
    """The answer of /v1/models."""

    object: Literal["list"] = "list"
    data: list[ModelCard]
