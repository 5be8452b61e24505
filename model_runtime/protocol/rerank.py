"""/v1/rerank, as vLLM, Jina and Cohere have it."""

import uuid
from typing import Annotated

from pydantic import Field

from model_runtime.protocol.base import Name, RequestModel, ResponseModel
from model_runtime.protocol.embeddings import Text

MAX_DOCUMENTS = 256


class RerankRequest(RequestModel):
    """Documents to order by how well they answer the query; of what is too long together, the document is cut.

    `top_n` keeps the best so many, `return_documents` repeats the texts in the answer.
    """

    model: Name
    query: Text
    documents: Annotated[list[Text], Field(min_length=1, max_length=MAX_DOCUMENTS)]
    top_n: Annotated[int, Field(ge=1)] | None = None
    return_documents: bool = False
    user: Annotated[str, Field(max_length=512)] | None = None


class RerankDocument(ResponseModel):
    """A document as it was sent."""

    text: str


class RerankItem(ResponseModel):
    """One document: its place in the request, and its score from 0 to 1."""

    index: int
    relevance_score: float
    document: RerankDocument | None = None


class RerankUsage(ResponseModel):
    """Token counts; the query counts once for each document."""

    prompt_tokens: int
    total_tokens: int


class RerankAnswer(ResponseModel):
    """The answer, best first."""

    id: str = Field(default_factory=lambda: f"rerank-{uuid.uuid4().hex}")
    model: str
    results: list[RerankItem]
    usage: RerankUsage
