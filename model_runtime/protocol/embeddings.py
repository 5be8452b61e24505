"""/v1/embeddings."""

from typing import Annotated, Literal

from pydantic import Field

from model_runtime.protocol.base import Name, RequestModel, ResponseModel, TokenNumber

MAX_INPUTS = 2048

Text = Annotated[str, Field(min_length=1, max_length=200_000)]
Tokens = Annotated[list[TokenNumber], Field(min_length=1, max_length=200_000, fail_fast=True)]
_MANY = Field(min_length=1, max_length=MAX_INPUTS, fail_fast=True)


class EmbeddingRequest(RequestModel):
    """What to embed: texts or token numbers, one or many. What is longer than the model's window is cut there."""

    model: Name
    input: Text | Tokens | Annotated[list[Text], _MANY] | Annotated[list[Tokens], _MANY]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, Field(ge=1, le=65_536)] | None = None
    user: Annotated[str, Field(max_length=512)] | None = None

    @property
    def items(self) -> list[str] | list[list[int]]:
        """The input as a list."""
        if isinstance(self.input, str):
            return [self.input]
        if isinstance(self.input[0], int):
            return [self.input]
        return self.input


class EmbeddingItem(ResponseModel):
    """One vector: numbers, or little-endian float32 in base64."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(ResponseModel):
    """Token counts."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingList(ResponseModel):
    """The answer."""

    object: Literal["list"] = "list"
    data: list[EmbeddingItem]
    model: str
    usage: EmbeddingUsage
