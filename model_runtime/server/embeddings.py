"""POST /v1/embeddings."""

import asyncio
import base64
import struct

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.engine.embedding import EmbeddingEngine, EmbeddingJob, Vector
from model_runtime.engine.loop import EngineStopped, QueueFull
from model_runtime.protocol.embeddings import EmbeddingItem, EmbeddingList, EmbeddingRequest, EmbeddingUsage
from model_runtime.server.body import parse_body
from model_runtime.server.errors import ApiError, queue_full
from model_runtime.server.helper import run_bounded
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
    vectors = await unless_disconnected(request, embed(engine, tokens))
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


async def embed(engine: EmbeddingEngine, tokens: list[list[int]]) -> list[Vector]:
    """The vectors of tokenized texts; cancelling the call cancels the work. Raises ApiError 429, 500 or 503."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[list[Vector]] = loop.create_future()

    def settle(outcome: list[Vector] | Exception) -> None:
        if result.done():
            return
        if isinstance(outcome, Exception):
            result.set_exception(outcome)
        else:
            result.set_result(outcome)

    def deliver(outcome: list[Vector] | Exception) -> None:
        loop.call_soon_threadsafe(settle, outcome)

    job = EmbeddingJob(tokens, deliver)
    try:
        engine.submit(job)
        return await result
    except QueueFull as full:
        raise queue_full(full.waiting, full.retry_after) from full
    except EngineStopped as stopped:
        raise ApiError(503, "The runtime is stopping.", code="stopping") from stopped
    except RuntimeError as error:
        raise ApiError(500, "The texts could not be embedded.", code="embedding_failed") from error
    finally:
        job.cancelled = True


def _base64(vector: Vector) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
