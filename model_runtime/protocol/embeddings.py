"""/v1/embeddings."""

from typing import Annotated, Literal

from pydantic import Field

from model_runtime.protocol.base import Name, RequestModel, ResponseModel

Text = Annotated[str, Field(min_length=1, max_length=200_000)]


class EmbeddingRequest(RequestModel):
    """Texts to embed. A text longer than the model's window is cut there, as sentence models do."""

    model: Name
    input: Text | Annotated[list[Text], Field(min_length=1, max_length=256)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, Field(ge=1, le=65_536)] | None = None
    user: Annotated[str, Field(max_length=512)] | None = None

    @property
    def texts(self) -> list[str]:
        """The input as a list."""
        return [self.input] if isinstance(self.input, str) else list(self.input)


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
