"""Puts the manager's routes together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from model_runtime.manager import control, overview
from model_runtime.manager.proxy import proxy_to
from model_runtime.manager.supervisor import Supervisor
from model_runtime.manager.watch import watch
from model_runtime.server.http.auth import TokenAuth
from model_runtime.server.http.errors import ApiError, render_api_error, render_crash, render_http_error
from model_runtime.server.http.exchange import Exchanges
from model_runtime.server.http.request_figures import RequestFigures
from model_runtime.server.http.request_id import RequestIds

ROUTES = [
    Route("/health", overview.health),
    Route("/ready", overview.ready),
    Route("/metrics", overview.metrics),
    Route("/control/load", control.load, methods=["POST"]),
    Route("/control/unload", control.unload, methods=["POST"]),
    Route("/control/drain", control.drain, methods=["POST"]),
    Route("/control/requests/{id}/cancel", control.cancel, methods=["POST"]),
    Route("/control/models", control.list_models),
    Route("/control/models/{id}", control.get_model),
    Route("/v1/models", overview.list_models),
    Route("/v1/models/{name}", overview.get_model),
    *(
        Route(path, proxy_to(path), methods=["POST"])
        for path in ("/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/classify", "/v1/rerank")
    ),
]


def build_manager(supervisor: Supervisor, *, token: str) -> Starlette:
    """The manager's ASGI application; children end with its lifespan."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        watcher = asyncio.create_task(watch(supervisor))
        yield
        watcher.cancel()
        supervisor.abandon()

    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Exchanges), Middleware(RequestIds), Middleware(TokenAuth, token=token)],
        exception_handlers={
            ApiError: render_api_error,
            HTTPException: render_http_error,
            Exception: render_crash,
        },
        lifespan=lifespan,
    )
    app.state.supervisor = supervisor
    app.state.figures = RequestFigures()
    return app
