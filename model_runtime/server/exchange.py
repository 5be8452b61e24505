"""One HTTP request beside its body: its id, its time limit, and how it went."""

import math
import re
import secrets
import time
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model_runtime.engine.request import Finished
from model_runtime.server.errors import ApiError
from model_runtime.server.request_log import log_exchange

_ID = re.compile(r"[A-Za-z0-9._:@+-]{1,128}")


@dataclass
class Exchange:
    """What is known of a request. `timeout` in seconds is the client's wish, None if it has none."""

    id: str
    timeout: float | None
    path: str
    began: float = field(default_factory=time.perf_counter)
    model: str | None = None
    caller: str = ""
    finished: list[Finished] = field(default_factory=list)
    status: int | None = None


def exchange_of(request: Request) -> Exchange:
    """The exchange that `request` belongs to."""
    exchange: Exchange = request.state.exchange
    return exchange


def seconds_of(request: Request) -> float:
    """How long the answer may still take: what the client asks for, at most what the server allows."""
    exchange = exchange_of(request)
    allowed: float = request.app.state.runtime.request_timeout
    limit = allowed if exchange.timeout is None else min(exchange.timeout, allowed)
    return limit - (time.perf_counter() - exchange.began)


class Exchanges:
    """ASGI middleware: reads X-Request-Id and X-Request-Timeout, returns the id, notes how the request ended.

    An id is up to 128 letters, digits and `._:@+-`; without one it is made up. Answers 400 to other values.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            exchange = Exchange(_id(headers), _timeout(headers), scope["path"])
        except ApiError as error:
            await error.response()(scope, receive, send)
            return
        scope.setdefault("state", {})["exchange"] = exchange

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = exchange.id
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:  # rendered further out, so noted here
            exchange.status = exchange.status or 500
            raise
        finally:
            log_exchange(exchange)


def _id(headers: Headers) -> str:
    given = headers.get("x-request-id")
    if given is None:
        return secrets.token_hex(12)
    if not _ID.fullmatch(given):
        message = "X-Request-Id must be 1 to 128 letters, digits and ._:@+- characters."
        raise ApiError(400, message, param="X-Request-Id", code="invalid_value")
    return given


def _timeout(headers: Headers) -> float | None:
    given = headers.get("x-request-timeout")
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        message = "X-Request-Timeout must be a positive number of seconds."
        raise ApiError(400, message, param="X-Request-Timeout", code="invalid_value")
    return seconds
