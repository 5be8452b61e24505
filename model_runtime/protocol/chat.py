"""/v1/chat/completions."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from model_runtime.protocol.base import RequestModel
from model_runtime.protocol.generation import MAX_TOKENS, GenerationFields

Short = Annotated[str, Field(max_length=64)]


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
    """The body of a chat completion.

    The fields after `continue_final_message` change nothing about an answer, so they are taken and not used.
    """

    messages: Annotated[list[Message], Field(min_length=1, max_length=512)]
    max_completion_tokens: Annotated[int, Field(ge=1, le=MAX_TOKENS)] | None = None
    logprobs: bool = False
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    safety_identifier: Annotated[str, Field(max_length=512)] | None = None
    add_generation_prompt: bool | None = None
    continue_final_message: bool = False
    metadata: Annotated[dict[Short, Annotated[str, Field(max_length=512)]], Field(max_length=16)] | None = None
    store: Literal[False] = False
    service_tier: Literal["auto", "default"] = "auto"
    prompt_cache_key: Annotated[str, Field(max_length=512)] | None = None
    modalities: list[Literal["text"]] | None = None

    @model_validator(mode="after")
    def _fields_agree(self) -> "ChatRequest":
        self.check_together()
        if self.top_logprobs is not None and not self.logprobs:
            raise ValueError("top_logprobs needs logprobs to be true")
        if self.max_tokens is not None and self.max_completion_tokens not in (None, self.max_tokens):
            raise ValueError("max_tokens and max_completion_tokens differ")
        if self.continue_final_message and self.add_generation_prompt:
            raise ValueError("continue_final_message and add_generation_prompt exclude each other")
        if self.continue_final_message and self.messages[-1].role != "assistant":
            raise ValueError("continue_final_message needs the last of the messages to be the assistant's")
        return self

    @property
    def alternatives(self) -> int:
        """How many likeliest tokens to tell at each place."""
        return self.top_logprobs or 0

    @property
    def opens_turn(self) -> bool:
        """Whether the assistant's new turn is opened after the messages."""
        if self.add_generation_prompt is None:
            return not self.continue_final_message
        return self.add_generation_prompt

    @property
    def caller(self) -> str:
        """Who asks, by either of the two names; empty if unknown."""
        return self.safety_identifier or self.user or ""

    @property
    def token_limit(self) -> int | None:
        """The answer's bound, by either of its two names."""
        return self.max_completion_tokens if self.max_completion_tokens is not None else self.max_tokens
