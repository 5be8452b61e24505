"""One HTTP request beside its body: its id, its time limit, and how it went."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model_runtime.engine.request import Finished
from model_runtime.server.errors import ApiError
from model_runtime.server.request_log import log_exchange
from model_runtime.server.running import Running


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
    cancelled: bool = False
    decided: bool = False
    """Whether its outcome is known, so that it can no longer be cancelled."""
    stop: Callable[[], object] = lambda: None
    """Ends what is being done for it at present."""

    def cancel(self) -> None:
        """End it, wherever it is: at once, or before its next stage begins."""
        self.cancelled = True
        self.stop()


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
    """ASGI middleware: reads X-Request-Timeout, lets a request be cancelled by its id, notes how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to a model on as `request.state.exchange`; others are let through as they are."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        running: Running = scope["app"].state.runtime.running
        try:
            exchange = Exchange(scope["state"]["request_id"], _timeout(Headers(scope=scope)), scope["path"])
        except ApiError as error:
            await error.response()(scope, receive, send)
            return
        scope["state"]["exchange"] = exchange
        running.add(exchange)

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
            elif not message.get("more_body", False):
                exchange.decided = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:  # rendered further out, so noted here
            exchange.status = exchange.status or 500
            raise
        finally:
            running.remove(exchange)
            log_exchange(exchange)


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
