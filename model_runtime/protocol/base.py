"""What all wire types share."""

import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

_STARTED = int(time.time())
_MOST_FIELDS = 100


def at_most(entries: int) -> BeforeValidator:
    """Bounds a dictionary before its entries are looked at: an error for each of a million takes minutes."""

    def bounded(value: Any) -> Any:
        if isinstance(value, dict) and len(value) > entries:
            raise ValueError(f"{len(value)} entries are more than {entries}")
        return value

    return BeforeValidator(bounded)


class RequestModel(BaseModel):
    """A request body: unknown fields are refused, "1" and true are no numbers, NaN is nothing.

    A field that is null asks for nothing, so it is as if it were absent: clients send many of those.
    """

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: Any) -> Any:
        if isinstance(value, dict):
            if len(value) > _MOST_FIELDS:
                raise ValueError(f"{len(value)} fields are more than there are")
            return {key: item for key, item in value.items() if item is not None}
        return value


class ResponseModel(BaseModel):
    """A response body; None means the key is sent as null unless the caller leaves it out."""

    model_config = ConfigDict(extra="forbid")


Name = Annotated[str, Field(min_length=1, max_length=200)]
TokenNumber = Annotated[int, Field(ge=0, lt=2**24)]
StopString = Annotated[str, Field(min_length=1, max_length=200)]


class PromptTokensDetails(ResponseModel):
    """Of the prompt's tokens, those that were known and not computed again."""

    cached_tokens: int = 0


class Usage(ResponseModel):
    """Token counts of one request."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails


class Metrics(ResponseModel):
    """How an answer went: times in milliseconds, forced tokens, mean log-probability of the chosen ones.

    Of `draft_tokens` guessed ahead, `accepted_tokens` were right.
    """

    queue_ms: float
    first_token_ms: float
    decode_ms: float
    forced_tokens: int
    draft_tokens: int
    accepted_tokens: int
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
    """One entry of /v1/models; an adapter's names the model it belongs to as `parent`."""

    id: str
    object: Literal["model"] = "model"
    created: int = _STARTED
    owned_by: str = "parley"
    parent: str | None = None


class ModelList(ResponseModel):
    """The answer of /v1/models."""

    object: Literal["list"] = "list"
    data: list[ModelCard]
