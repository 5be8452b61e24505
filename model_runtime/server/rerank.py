"""POST /v1/rerank."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.protocol.rerank import RerankAnswer, RerankDocument, RerankItem, RerankRequest, RerankUsage
from model_runtime.server.body import parse_body
from model_runtime.server.errors import ApiError
from model_runtime.server.exchange import exchange_of
from model_runtime.server.helper import run_bounded
from model_runtime.server.pool import pool
from model_runtime.server.room import room_for
from model_runtime.server.runtime import Runtime
from model_runtime.server.waiting import while_wanted

if TYPE_CHECKING:
    from model_runtime.backends.reranker import Pair, Reranker


async def rerank(request: Request) -> Response:
    """The documents by how well they answer the query, best first."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_body(request, RerankRequest)
    engine = runtime.need_reranker(body.model)
    exchange_of(request).model = body.model
    with room_for(runtime):
        pairs = await while_wanted(request, run_bounded(runtime.helper, _read, engine.backend, body))
        rows = await while_wanted(request, pool(engine, pairs))
    order = sorted(range(len(rows)), key=lambda index: -rows[index][0])[: body.top_n]
    count = sum(map(engine.backend.size, pairs))
    answer = RerankAnswer(
        model=runtime.name,
        results=[_item(body, index, rows[index][0]) for index in order],
        usage=RerankUsage(prompt_tokens=count, total_tokens=count),
    )
    return JSONResponse(answer.model_dump(exclude_none=True))


def _read(reranker: "Reranker", body: RerankRequest) -> "list[Pair]":
    try:
        return reranker.pair(body.query, body.documents)
    except ValueError as error:
        raise ApiError(400, str(error), param="query", code="context_length_exceeded") from error


def _item(body: RerankRequest, index: int, score: float) -> RerankItem:
    document = RerankDocument(text=body.documents[index]) if body.return_documents else None
    return RerankItem(index=index, relevance_score=score, document=document)
