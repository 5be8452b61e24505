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
from model_runtime.server.answering.body import model_in, read_bounded
from model_runtime.server.answering.engine_errors import cancelled
from model_runtime.server.http import sse
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.exchange import Exchange, exchange_of

_PASSED_ON = frozenset({b"content-type", b"x-request-timeout"})
_PASSED_BACK = frozenset(
    {b"content-type", b"cache-control", b"retry-after", b"x-accel-buffering", b"x-queue-position"}
)


def proxy_to(path: str) -> Callable[[Request], Awaitable[Response]]:
    """What forwards requests to `path` of the child; what the client wrote as its path goes nowhere."""

    async def forward(request: Request) -> Response:
        """Forward by the body's `model`. Raises ApiError 400, 404 or 503."""
        supervisor: Supervisor = request.app.state.supervisor
        exchange = exchange_of(request)
        body = await read_bounded(request)
        name = _model_of(body)
        exchange.model = supervisor.known(name)
        return _Passed(supervisor.answering(name), path, exchange, body)

    return forward


class _Passed(Response):
    """The child's answer. A client that goes away closes the connection to the child, which frees its slot."""

    def __init__(self, model: ServedModel, path: str, exchange: Exchange, body: bytes) -> None:
        self._model = model
        self._path = path
        self._exchange = exchange
        self._request_id = (b"x-request-id", exchange.id.encode())
        self._request_body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the child and pass its answer on; ApiError 503 if it breaks off before the answer has begun."""
        headers = [self._request_id, *(header for header in scope["headers"] if header[0] in _PASSED_ON)]
        with self._model.passing_on() as upstream:
            try:
                connection = await upstream.request("POST", self._path, headers, self._request_body)
            except Broken as error:
                raise self._broken() from error
            # One small task a request that ends the connection to the child; nothing of it is paid an event.
            leaving = asyncio.create_task(_close_when_gone(receive, connection))
            try:
                broken = await self._pass_on(connection, send)
                self._exchange.told_elsewhere = not broken or leaving.done()
            except Broken as error:
                if not leaving.done():
                    raise self._broken() from error
                self._exchange.told_elsewhere = True  # nobody is there to be told; the child notes that they left
            finally:
                leaving.cancel()
                upstream.give_back(connection)

    async def _pass_on(self, connection: Connection, send: Send) -> bool:
        """Whether the answer broke off after it had begun, which an event says. Raises Broken before that."""
        await connection.head()
        headers = [header for header in connection.headers if header[0] in _PASSED_BACK]
        start = {"type": "http.response.start", "status": connection.status, "headers": headers}
        if not any(name == b"content-type" and value.startswith(b"text/event-stream") for name, value in headers):
            # Short, and made in one piece: sent only when it is whole, so that a child's end is a clean 503.
            body = b"".join([part async for part in connection])
            headers.append((b"content-length", str(len(body)).encode()))
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return False
        await send(start)
        last = b""
        try:
            async for part in connection:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except Broken:
            # A stream without its [DONE] tells the client too; the event says it in words.
            broken = self._broken()
            self._exchange.fails(broken)
            last = sse.event(broken.body())
        await send({"type": "http.response.body", "body": last})
        return bool(last)

    def _broken(self) -> ApiError:
        """What to say of a process that has gone: was it told to, the request is cancelled."""
        if self._model.state == "stopping":
            return cancelled()
        retry = {"Retry-After": "2"}
        return ApiError(503, "The model's process broke off; try again.", code="broken", headers=retry)


async def _close_when_gone(receive: Receive, connection: Connection) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    connection.close()


def _model_of(body: bytes) -> str:
    model = model_in(body)
    if model is not None:
        return model
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "The body is not valid JSON.", code="invalid_json") from error
    raise ApiError(400, "model: Field required.", param="model", code="invalid_value")
