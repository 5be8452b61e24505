"""Puts the routes of one model together."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from model_runtime.server.http.auth import TokenAuth
from model_runtime.server.http.cancellable import Cancellable
from model_runtime.server.http.errors import ApiError, render_api_error, render_crash, render_http_error
from model_runtime.server.http.exchange import Exchanges
from model_runtime.server.http.request_figures import RequestFigures
from model_runtime.server.http.request_id import RequestIds
from model_runtime.server.routes.cancel import cancel_request
from model_runtime.server.routes.chat import chat_completions
from model_runtime.server.routes.classify import classify
from model_runtime.server.routes.completions import completions
from model_runtime.server.routes.embeddings import embeddings
from model_runtime.server.routes.health import health, ready, status
from model_runtime.server.routes.metrics import metrics
from model_runtime.server.routes.models import get_model, list_models
from model_runtime.server.routes.rerank import rerank
from model_runtime.server.runtime import Runtime

ROUTES = [
    Route("/health", health),
    Route("/ready", ready),
    Route("/metrics", metrics),
    Route("/control/status", status),
    Route("/control/requests/{id}/cancel", cancel_request, methods=["POST"]),
    Route("/v1/models", list_models),
    Route("/v1/models/{name:path}", get_model),
    Route("/v1/chat/completions", chat_completions, methods=["POST"]),
    Route("/v1/completions", completions, methods=["POST"]),
    Route("/v1/embeddings", embeddings, methods=["POST"]),
    Route("/v1/classify", classify, methods=["POST"]),
    Route("/v1/rerank", rerank, methods=["POST"]),
]


def build_app(runtime: Runtime, *, token: str) -> Starlette:
    """The ASGI application that serves `runtime` to holders of `token`."""
    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(Exchanges),
            Middleware(RequestIds),
            Middleware(TokenAuth, token=token),
            Middleware(Cancellable),
        ],
        exception_handlers={
            ApiError: render_api_error,
            HTTPException: render_http_error,
            Exception: render_crash,
        },
    )
    app.state.runtime = runtime
    app.state.figures = RequestFigures()
    return app
