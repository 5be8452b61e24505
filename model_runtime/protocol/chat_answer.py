"""What /v1/chat/completions answers when it does not stream."""

from typing import Literal

from typing_extensions import TypedDict

from model_runtime.protocol.base import Metrics, ResponseModel, Usage


class TopLogprob(TypedDict):
    """A likely token at a place, with its bytes. Dictionaries, because streams make many of them."""

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
