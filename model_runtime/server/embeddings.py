"""POST /v1/embeddings."""

import base64
import struct

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.engine.pooling import Row
from model_runtime.protocol.embeddings import EmbeddingItem, EmbeddingList, EmbeddingRequest, EmbeddingUsage
from model_runtime.server.body import parse_body
from model_runtime.server.errors import ApiError
from model_runtime.server.helper import run_bounded
from model_runtime.server.pool import pool
from model_runtime.server.runtime import Runtime
from model_runtime.server.waiting import unless_disconnected


async def embeddings(request: Request) -> Response:
    """Vectors of length 1 for the texts, in their order."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_body(request, EmbeddingRequest)
    engine = runtime.need_encoder(body.model)
    dimensions = engine.backend.dimensions
    if body.dimensions not in (None, dimensions):
        raise ApiError(400, f"This model has {dimensions} dimensions.", param="dimensions")
    tokens = await run_bounded(runtime.helper, engine.backend.tokenize, body.texts)
    vectors = await unless_disconnected(request, pool(engine, tokens))
    as_text = body.encoding_format == "base64"
    count = sum(map(len, tokens))
    answer = EmbeddingList(
        data=[
            EmbeddingItem(index=index, embedding=_base64(vector) if as_text else vector)
            for index, vector in enumerate(vectors)
        ],
        model=runtime.name,
        usage=EmbeddingUsage(prompt_tokens=count, total_tokens=count),
    )
    return JSONResponse(answer.model_dump())


def _base64(vector: Row) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
