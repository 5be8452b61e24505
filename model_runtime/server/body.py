"""Reads a request's body: bounded, and validated into a wire type."""

from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request

from model_runtime.protocol.base import RequestModel
from model_runtime.server.errors import ApiError, from_validation

MAX_BODY = 16 * 1024 * 1024
"""Room for a large image, or several of the usual size."""

Body = TypeVar("Body", bound=RequestModel)


async def read_bounded(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body's bytes. Raises ApiError 413 as soon as it is known to be longer than `limit`."""
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
        raise ApiError(400, "The client went away.") from error
    return b"".join(parts)


async def parse_body(request: Request, kind: type[Body]) -> Body:
    """The body as a wire type. Raises ApiError 400 naming the field at fault."""
    raw = await read_bounded(request)
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise from_validation(error) from error
