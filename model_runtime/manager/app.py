"""Puts the manager's routes together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from model_runtime.manager import control, overview
from model_runtime.manager.proxy import proxy
from model_runtime.manager.supervisor import Supervisor
from model_runtime.manager.watch import watch
from model_runtime.server.auth import TokenAuth
from model_runtime.server.errors import ApiError, render_api_error, render_crash, render_http_error

ROUTES = [
    Route("/health", overview.health),
    Route("/ready", overview.ready),
    Route("/metrics", overview.metrics),
    Route("/control/load", control.load, methods=["POST"]),
    Route("/control/unload", control.unload, methods=["POST"]),
    Route("/control/models", control.list_models),
    Route("/control/models/{id}", control.get_model),
    Route("/v1/models", overview.list_models),
    Route("/v1/models/{name}", overview.get_model),
    Route("/v1/chat/completions", proxy, methods=["POST"]),
    Route("/v1/completions", proxy, methods=["POST"]),
    Route("/v1/embeddings", proxy, methods=["POST"]),
    Route("/v1/classify", proxy, methods=["POST"]),
]
# Long, because a queued request may wait; the client's own patience ends it sooner.
_TIMEOUT = httpx.Timeout(5.0, read=300.0)


def build_manager(roots: list[Path], *, threads: int, token: str) -> Starlette:
    """The manager's ASGI application; children end with its lifespan."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
        async with httpx.AsyncClient(timeout=_TIMEOUT, limits=limits, trust_env=False) as client:
            app.state.client = client
            app.state.supervisor = Supervisor(roots, threads=threads)
            watcher = asyncio.create_task(watch(app.state.supervisor, client))
            yield
            watcher.cancel()
            app.state.supervisor.abandon()

    return Starlette(
        routes=ROUTES,
        middleware=[Middleware(TokenAuth, token=token)],
        exception_handlers={
            ApiError: render_api_error,
            HTTPException: render_http_error,
            Exception: render_crash,
        },
        lifespan=lifespan,
    )
