"""/v1/classify, as vLLM has it; images in OpenAI's shape beside texts."""

import time
import uuid
from typing import Annotated, Literal

from pydantic import Field

from model_runtime.protocol.base import Name, RequestModel, ResponseModel
from model_runtime.protocol.embeddings import Text, Tokens
from model_runtime.protocol.images import ImagePart

MAX_INPUTS = 256

_MANY = Field(min_length=1, max_length=MAX_INPUTS, fail_fast=True)


class ClassifyRequest(RequestModel):
    """What to classify: texts or token numbers for a model of texts, image parts for a model of images.

    A text longer than the model's window is refused, unless `truncate_prompt_tokens` says where to cut it: -1 is
    the window's end.
    """

    model: Name
    input: (
        Text
        | ImagePart
        | Tokens
        | Annotated[list[Text], _MANY]
        | Annotated[list[Tokens], _MANY]
        | Annotated[list[ImagePart], _MANY]
    )
    truncate_prompt_tokens: Annotated[int, Field(ge=-1, le=2**24)] | None = None
    user: Annotated[str, Field(max_length=512)] | None = None

    @property
    def items(self) -> list[str] | list[list[int]] | list[ImagePart]:
        """The input as a list."""
        if isinstance(self.input, str):
            return [self.input]
        if isinstance(self.input, ImagePart):
            return [self.input]
        if isinstance(self.input[0], int):
            return [self.input]
        return self.input


class ClassifyItem(ResponseModel):
    """One input's answer: the likeliest class, and the probabilities in the order of the model's classes."""

    index: int
    label: str
    probs: list[float]
    num_classes: int


class ClassifyUsage(ResponseModel):
    """Token counts; images count none."""

    prompt_tokens: int
    total_tokens: int
    completion_tokens: int = 0
    prompt_tokens_details: None = None


class ClassifyAnswer(ResponseModel):
    """The answer."""

    id: str = Field(default_factory=lambda: f"classify-{uuid.uuid4().hex}")
    object: Literal["list"] = "list"
    created: int = Field(default_factory=lambda: int(time.time()))
    model: str
    data: list[ClassifyItem]
    usage: ClassifyUsage
