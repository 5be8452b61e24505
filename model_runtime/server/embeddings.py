"""POST /v1/embeddings."""

import asyncio
import base64
import struct

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.protocol.embeddings import EmbeddingItem, EmbeddingList, EmbeddingRequest, EmbeddingUsage
from model_runtime.server.body import parse_body
from model_runtime.server.errors import ApiError
from model_runtime.server.runtime import Runtime


async def embeddings(request: Request) -> Response:
    """Vectors of length 1 for the texts, in their order."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_body(request, EmbeddingRequest)
    encoder = runtime.need_encoder(body.model)
    if body.dimensions not in (None, encoder.dimensions):
        raise ApiError(400, f"This model has {encoder.dimensions} dimensions.", param="dimensions")

    def work() -> tuple[list[list[float]], int]:
        with runtime.encoder_lock:
            return encoder.encode(body.texts)

    vectors, tokens = await asyncio.get_running_loop().run_in_executor(runtime.helper, work)
    encoded = [_base64(vector) for vector in vectors] if body.encoding_format == "base64" else vectors
    answer = EmbeddingList(
        data=[EmbeddingItem(index=index, embedding=value) for index, value in enumerate(encoded)],
        model=runtime.name,
        usage=EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens),
    )
    return JSONResponse(answer.model_dump())


def _base64(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
