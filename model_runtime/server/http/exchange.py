"""One HTTP request beside its body: its id, its time limit, and how it went."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model_runtime.engine.request import Finished
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.request_log import log_exchange


@dataclass(eq=False)
class Exchange:
    """What is known of a request. `timeout` in seconds is the client's wish, None if it has none."""

    path: str
    id: str = ""
    timeout: float | None = None
    began: float = field(default_factory=time.perf_counter)
    model: str | None = None
    """The one it names, if that is served here."""
    caller: str = ""
    prompt_tokens: int | None = None
    finished: list[Finished] = field(default_factory=list)
    status: int | None = None
    """What it came to, also where an answer that began with 200 ended in an error."""
    code: str | None = None
    """Of the error, if it ended in one."""
    cancelled: bool = False
    decided: bool = False
    """Whether its outcome is known, so that it can no longer be cancelled."""
    told_elsewhere: bool = False
    """Whether another process notes how it ended."""
    stop: Callable[[], object] = lambda: None
    """Ends what is being done for it at present."""

    def cancel(self) -> None:
        """End it, wherever it is: at once, or before its next stage begins."""
        self.cancelled = True
        self.stop()

    def fails(self, error: ApiError) -> None:
        """Note that it ends in an error, whatever its answer began with."""
        self.status, self.code = error.status, error.code


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
    """ASGI middleware, outside of all others: notes once how each request under /v1 ended, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its exchange as `request.state.exchange`; others are let through as they are."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1"):
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope["path"][:200])
        scope.setdefault("state", {})["exchange"] = exchange

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
            if not exchange.told_elsewhere:
                scope["app"].state.figures.add(exchange)
                log_exchange(exchange)
