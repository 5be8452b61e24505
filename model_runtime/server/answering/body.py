"""Reads a request's body: bounded, and validated into a wire type."""

import json
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request

from model_runtime.protocol.base import RequestModel
from model_runtime.protocol.chat import ChatRequest
from model_runtime.protocol.classify import ClassifyRequest
from model_runtime.protocol.completions import CompletionRequest
from model_runtime.protocol.embeddings import EmbeddingRequest
from model_runtime.protocol.rerank import RerankRequest
from model_runtime.server.http.errors import ApiError, from_validation
from model_runtime.server.http.exchange import exchange_of
from model_runtime.server.runtime import Runtime

MAX_BODY = 16 * 1024 * 1024
"""Room for a large image, or several of the usual size."""

Body = TypeVar("Body", bound=RequestModel)
Asking = TypeVar("Asking", ChatRequest, CompletionRequest, ClassifyRequest, EmbeddingRequest, RerankRequest)


async def read_bounded(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body's bytes.

    Raises ApiError 413 as soon as it is known to be longer than `limit`, 499 when its sender leaves.
    """
    too_large = ApiError(413, f"The body is larger than {limit} bytes.", code="body_too_large")
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > limit:
                raise too_large
            parts.append(part)
    except ClientDisconnect as error:
        raise ApiError(499, "The client went away.", code="cancelled") from error
    return b"".join(parts)


async def parse_body(request: Request, kind: type[Body]) -> Body:
    """The body as a wire type. Raises ApiError 400 naming the field at fault."""
    return _validate(await read_bounded(request), kind)


async def parse_request(request: Request, kind: type[Asking]) -> Asking:
    """The body of a request to a model, which is noted if it is served here. Raises ApiError as `parse_body`."""
    runtime: Runtime = request.app.state.runtime
    exchange = exchange_of(request)
    raw = await read_bounded(request)
    try:
        body = _validate(raw, kind)
    except ApiError:
        exchange.model = runtime.known(model_in(raw))
        raise
    exchange.model = runtime.known(body.model)
    return body


def model_in(raw: bytes) -> str | None:
    """The model that a body names, valid or not; None if it names none."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    model = value.get("model") if isinstance(value, dict) else None
    return model if isinstance(model, str) else None


def _validate(raw: bytes, kind: type[Body]) -> Body:
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise from_validation(error) from error
