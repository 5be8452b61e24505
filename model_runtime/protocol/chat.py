"""/v1/chat/completions."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from model_runtime.protocol.base import RequestModel, at_most
from model_runtime.protocol.generation import MAX_TOKENS, GenerationFields
from model_runtime.protocol.images import ImagePart

Short = Annotated[str, Field(max_length=64)]
Switch = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]

MAX_IMAGES = 16


class TextPart(RequestModel):
    """Text of a message."""

    type: Literal["text"]
    text: Annotated[str, Field(max_length=2_000_000)]


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]


class Message(RequestModel):
    """One turn of the conversation. Images are for users to show."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[
        Annotated[str, Field(max_length=2_000_000), Tag("str")]
        | Annotated[list[Part], Field(max_length=64, fail_fast=True), Tag("list[part]")],
        # Told apart first, so that an error is about what was meant.
        Discriminator(lambda content: "list[part]" if isinstance(content, list) else "str"),
    ]
    name: Annotated[str, Field(max_length=64)] | None = None

    @property
    def text(self) -> str:
        """The whole text of the turn."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content if isinstance(part, TextPart))

    @property
    def images(self) -> list[tuple[int, str]]:
        """The data: URLs of the turn's images, each with the number of its part."""
        if isinstance(self.content, str):
            return []
        return [
            (place, part.image_url.url) for place, part in enumerate(self.content) if isinstance(part, ImagePart)
        ]

    @property
    def parts(self) -> list[dict[str, str]]:
        """The turn as templates of models that read images take it: texts, and where the images are."""
        if isinstance(self.content, str):
            return [{"type": "text", "text": self.content}]
        return [
            {"type": "text", "text": part.text} if isinstance(part, TextPart) else {"type": "image"}
            for part in self.content
        ]


class ChatRequest(GenerationFields):
    """The body of a chat completion.

    `chat_template_kwargs` are what the model's own template knows beside the messages, such as Qwen3's
    `enable_thinking`; one that it does not know changes nothing.
    The fields after `continue_final_message` change nothing about an answer, so they are taken and not used.
    """

    messages: Annotated[list[Message], Field(min_length=1, max_length=512, fail_fast=True)]
    max_completion_tokens: Annotated[int, Field(ge=1, le=MAX_TOKENS)] | None = None
    logprobs: bool = False
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    safety_identifier: Annotated[str, Field(max_length=512)] | None = None
    add_generation_prompt: bool | None = None
    chat_template_kwargs: Annotated[dict[Switch, bool | Short], at_most(16)] | None = None
    continue_final_message: bool = False
    metadata: Annotated[dict[Short, Annotated[str, Field(max_length=512)]], at_most(16)] | None = None
    store: Literal[False] = False
    service_tier: Literal["auto", "default"] = "auto"
    prompt_cache_key: Annotated[str, Field(max_length=512)] | None = None
    modalities: list[Literal["text"]] | None = None
    tool_choice: Literal["none"] = "none"

    @model_validator(mode="after")
    def _fields_agree(self) -> "ChatRequest":
        self.check_together()
        if any(message.images and message.role != "user" for message in self.messages):
            raise ValueError("only messages of the user may hold images")
        if sum(len(message.images) for message in self.messages) > MAX_IMAGES:
            raise ValueError(f"messages may hold at most {MAX_IMAGES} images")
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
