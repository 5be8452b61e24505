"""POST /v1/embeddings."""

import base64
import struct
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.engine.pooling import Row
from model_runtime.protocol.embeddings import EmbeddingItem, EmbeddingList, EmbeddingRequest, EmbeddingUsage
from model_runtime.server.answering.body import parse_request
from model_runtime.server.answering.pool import read_and_pool
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.exchange import exchange_of
from model_runtime.server.runtime import Runtime

if TYPE_CHECKING:
    from model_runtime.backends.encoder import TextEncoder


async def embeddings(request: Request) -> Response:
    """Vectors of length 1 for the texts, in their order."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_request(request, EmbeddingRequest)
    engine = runtime.need_encoder(body.model)
    dimensions = engine.backend.dimensions
    if body.dimensions not in (None, dimensions):
        raise ApiError(400, f"This model has {dimensions} dimensions.", param="dimensions")
    tokens, vectors = await read_and_pool(request, engine, _read, engine.backend, body.items)
    as_text = body.encoding_format == "base64"
    count = sum(map(len, tokens))
    exchange_of(request).prompt_tokens = count
    answer = EmbeddingList(
        data=[
            EmbeddingItem(index=index, embedding=_base64(vector) if as_text else vector)
            for index, vector in enumerate(vectors)
        ],
        model=runtime.name,
        usage=EmbeddingUsage(prompt_tokens=count, total_tokens=count),
    )
    return JSONResponse(answer.model_dump())


def _read(encoder: "TextEncoder", items: list[str] | list[list[int]]) -> list[list[int]]:
    """Token numbers within the model's window. Raises ApiError 400 for numbers that it does not know."""
    texts = [item for item in items if isinstance(item, str)]
    if texts:
        return encoder.tokenize(texts)
    given = [item[: encoder.window] for item in items if isinstance(item, list)]
    if max(map(max, given)) >= encoder.vocab_size:
        raise ApiError(400, f"input: tokens go from 0 to {encoder.vocab_size - 1}.", param="input")
    return given


def _base64(vector: Row) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
