"""Requests to a model have a time limit, and can be cancelled by their id."""

import math

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.exchange import Exchange
from model_runtime.server.http.running import Running


class Cancellable:
    """ASGI middleware: reads X-Request-Timeout, keeps the request among those under way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400 to a time limit that is none."""
        exchange: Exchange | None = scope.get("state", {}).get("exchange")
        if exchange is None:
            await self._app(scope, receive, send)
            return
        try:
            exchange.timeout = _timeout(Headers(scope=scope))
        except ApiError as error:
            await error(scope, receive, send)
            return
        running: Running = scope["app"].state.runtime.running
        running.add(exchange)
        try:
            await self._app(scope, receive, send)
        finally:
            running.remove(exchange)


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
