"""POST /v1/rerank."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from model_runtime.engine.pooling import NoTokens
from model_runtime.protocol.rerank import RerankAnswer, RerankDocument, RerankItem, RerankRequest, RerankUsage
from model_runtime.server.answering.body import parse_request
from model_runtime.server.answering.pool import read_and_pool
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.exchange import exchange_of
from model_runtime.server.runtime import Runtime

if TYPE_CHECKING:
    from model_runtime.backends.reranker import Reranker
    from model_runtime.backends.texts import Pair


async def rerank(request: Request) -> Response:
    """The documents by how well they answer the query, best first."""
    runtime: Runtime = request.app.state.runtime
    body = await parse_request(request, RerankRequest)
    engine = runtime.need_reranker(body.model)
    pairs, rows = await read_and_pool(request, engine, _read, engine.backend, body)
    order = sorted(range(len(rows)), key=lambda index: -rows[index][0])[: body.top_n]
    count = sum(map(engine.backend.size, pairs))
    exchange_of(request).prompt_tokens = count
    answer = RerankAnswer(
        model=runtime.name,
        results=[_item(body, index, rows[index][0]) for index in order],
        usage=RerankUsage(prompt_tokens=count, total_tokens=count),
    )
    return JSONResponse(answer.model_dump(exclude_none=True))


def _read(reranker: "Reranker", body: RerankRequest) -> "list[Pair]":
    try:
        return reranker.pair(body.query, body.documents)
    except NoTokens as error:
        raise ApiError(400, "The query has no tokens.", param="query") from error
    except ValueError as error:
        raise ApiError(400, str(error), param="query", code="context_length_exceeded") from error


def _item(body: RerankRequest, index: int, score: float) -> RerankItem:
    document = RerankDocument(text=body.documents[index]) if body.return_documents else None
    return RerankItem(index=index, relevance_score=score, document=document)
