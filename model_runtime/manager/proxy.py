"""/v1/*: passes a request on to the child that serves its model, and the answer back as it comes."""

import json
from collections.abc import AsyncIterator

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from model_runtime.manager.served import ServedModel
from model_runtime.manager.supervisor import Supervisor
from model_runtime.server import sse
from model_runtime.server.body import read_bounded
from model_runtime.server.errors import ApiError
from model_runtime.server.waiting import unless_disconnected

_PASSED_BACK = frozenset({"content-type", "retry-after", "cache-control", "x-accel-buffering"})


async def proxy(request: Request) -> Response:
    """Forward by the body's `model`. A client that goes away closes the connection to the child."""
    supervisor: Supervisor = request.app.state.supervisor
    client: httpx.AsyncClient = request.app.state.client
    body = await read_bounded(request)
    model = supervisor.get(_model_of(body))
    if model.child is None or model.state != "ready":
        why = model.error or f"The model {model.launch.id} is {model.state}."
        raise ApiError(503, why, code=model.state, headers={"Retry-After": "2"})
    upstream = client.build_request(
        "POST",
        model.child.url + request.url.path,
        content=body,
        headers={"Authorization": f"Bearer {model.child.token}", "Content-Type": "application/json"},
    )
    model.request_begins()
    try:
        answer = await unless_disconnected(request, client.send(upstream, stream=True))
    except httpx.HTTPError as error:
        model.request_ends()
        raise _broken() from error
    except BaseException:  # cancelled by a client that left, or anything else: the request is over either way
        model.request_ends()
        raise
    headers = {name: value for name, value in answer.headers.items() if name in _PASSED_BACK}
    return StreamingResponse(_pass(model, answer), status_code=answer.status_code, headers=headers)


async def _pass(model: ServedModel, answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_raw():
            yield part
    except httpx.HTTPError:
        # The child died half-way. A stream without its [DONE] tells the client; an error event says it in words.
        if "text/event-stream" not in answer.headers.get("content-type", ""):
            raise
        yield sse.event(_broken().body())
    finally:
        model.request_ends()
        await answer.aclose()


def _broken() -> ApiError:
    return ApiError(503, "The model's process broke off.", code="broken", headers={"Retry-After": "2"})


def _model_of(body: bytes) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not valid JSON.", code="invalid_json") from error
    model = value.get("model") if isinstance(value, dict) else None
    if not isinstance(model, str):
        raise ApiError(400, "model: Field required.", param="model", code="invalid_value")
    return model
