"""/v1/*: passes a request on to the child that serves its model, and the answer back as it comes."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from model_runtime.manager.connection import Broken, Connection
from model_runtime.manager.served import ServedModel
from model_runtime.manager.supervisor import Supervisor
from model_runtime.server import sse
from model_runtime.server.body import read_bounded
from model_runtime.server.errors import ApiError
from model_runtime.server.request_id import id_of

_PASSED_ON = frozenset({b"content-type", b"x-request-timeout"})
_PASSED_BACK = frozenset(
    {b"content-type", b"cache-control", b"retry-after", b"x-accel-buffering", b"x-queue-position"}
)


def proxy_to(path: str) -> Callable[[Request], Awaitable[Response]]:
    """What forwards requests to `path` of the child; what the client wrote as its path goes nowhere."""

    async def forward(request: Request) -> Response:
        """Forward by the body's `model`. Raises ApiError 400, 404 or 503."""
        supervisor: Supervisor = request.app.state.supervisor
        body = await read_bounded(request)
        return _Passed(supervisor.answering(_model_of(body)), path, id_of(request), body)

    return forward


class _Passed(Response):
    """The child's answer. A client that goes away closes the connection to the child, which frees its slot."""

    def __init__(self, model: ServedModel, path: str, request_id: str, body: bytes) -> None:
        self._model = model
        self._path = path
        self._request_id = (b"x-request-id", request_id.encode())
        self._request_body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the child and pass its answer on; ApiError 503 if it breaks off before the answer has begun."""
        headers = [self._request_id, *(header for header in scope["headers"] if header[0] in _PASSED_ON)]
        with self._model.passing_on() as upstream:
            try:
                connection = await upstream.request("POST", self._path, headers, self._request_body)
            except Broken as error:
                raise _broken() from error
            # One small task a request that ends the connection to the child; nothing of it is paid an event.
            leaving = asyncio.create_task(_close_when_gone(receive, connection))
            try:
                await _pass_on(connection, send)
            except Broken as error:
                if not leaving.done():  # else nobody is there to be told
                    raise _broken() from error
            finally:
                leaving.cancel()
                upstream.give_back(connection)


async def _pass_on(connection: Connection, send: Send) -> None:
    """Raises Broken while nothing has been sent; later an event of the stream says it."""
    await connection.head()
    headers = [header for header in connection.headers if header[0] in _PASSED_BACK]
    start = {"type": "http.response.start", "status": connection.status, "headers": headers}
    if not any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers):
        # Short, and made in one piece: sent only when it is whole, so that a child's end is a clean 503.
        body = b"".join([part async for part in connection])
        headers.append((b"content-length", str(len(body)).encode()))
        await send(start)
        await send({"type": "http.response.body", "body": body})
        return
    await send(start)
    last = b""
    try:
        async for part in connection:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    except Broken:
        # A stream without its [DONE] tells the client too; the event says it in words.
        last = sse.event(_broken().body())
    await send({"type": "http.response.body", "body": last})


async def _close_when_gone(receive: Receive, connection: Connection) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    connection.close()


def _broken() -> ApiError:
    return ApiError(503, "The model's process broke off; try again.", code="broken", headers={"Retry-After": "2"})


def _model_of(body: bytes) -> str:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not valid JSON.", code="invalid_json") from error
    model = value.get("model") if isinstance(value, dict) else None
    if not isinstance(model, str):
        raise ApiError(400, "model: Field required.", param="model", code="invalid_value")
    return model
