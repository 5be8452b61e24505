"""/v1/chat/completions."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model_runtime.protocol.base import Metrics, RequestModel, ResponseModel, Usage
from model_runtime.protocol.generation import MAX_TOKENS, GenerationFields, ResponseFormat


class TextPart(RequestModel):
    """A part of a message; only text is understood."""

    type: Literal["text"]
    text: Annotated[str, Field(max_length=2_000_000)]


class Message(RequestModel):
    """One turn of the conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, Field(max_length=2_000_000)] | Annotated[list[TextPart], Field(max_length=64)]
    name: Annotated[str, Field(max_length=64)] | None = None

    @property
    def text(self) -> str:
        """The whole text of the turn."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class ChatRequest(GenerationFields):
    """The body of a chat completion."""

    messages: Annotated[list[Message], Field(min_length=1, max_length=512)]
    max_completion_tokens: Annotated[int, Field(ge=1, le=MAX_TOKENS)] | None = None
    logprobs: bool = False
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    response_format: ResponseFormat | None = None

    @model_validator(mode="after")
    def _fields_agree(self) -> "ChatRequest":
        if self.top_logprobs is not None and not self.logprobs:
            raise ValueError("top_logprobs needs logprobs to be true")
        if self.structured_outputs and self.response_format and self.response_format.type != "text":
            raise ValueError("structured_outputs and response_format exclude each other")
        if self.response_format and (self.response_format.type == "json_schema") != bool(
            self.response_format.json_schema
        ):
            raise ValueError("response_format.json_schema goes with type json_schema")
        if self.stream_options and not self.stream:
            raise ValueError("stream_options needs stream to be true")
        return self

    @property
    def token_limit(self) -> int | None:
        """The answer's bound, by either of its two names."""
        return self.max_completion_tokens if self.max_completion_tokens is not None else self.max_tokens


class TopLogprob(ResponseModel):
    """A likely token at a place, with its bytes."""

    token: str
    logprob: float
    bytes: list[int]


class TokenLogprob(TopLogprob):
    """The token at a place and its likeliest alternatives."""

    top_logprobs: list[TopLogprob]


class ChoiceLogprobs(ResponseModel):
    """Log-probabilities of a choice's tokens, in order."""

    content: list[TokenLogprob]


class AnswerMessage(ResponseModel):
    """The assistant's turn."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class ChatChoice(ResponseModel):
    """One of the `n` answers."""

    index: int
    message: AnswerMessage
    logprobs: ChoiceLogprobs | None = None
    finish_reason: str


class ChatCompletion(ResponseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[ChatChoice]
    usage: Usage
    metrics: Metrics | None = None
