"""Errors in OpenAI's shape, rendered in one place."""

import itertools
import logging
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from model_runtime.protocol.base import ErrorBody, ErrorDetail

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

logger = logging.getLogger(__name__)

_TYPES = {
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    499: "cancelled_error",
    503: "overloaded_error",
    504: "timeout_error",
}


class ApiError(Exception):
    """An error for the client: HTTP status, message, and the field or code if one is at fault."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code or ("invalid_value" if status == 400 else None)
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        kind = _TYPES.get(self.status, "invalid_request_error" if self.status < 500 else "server_error")
        if self.code == "failed":
            kind = "server_error"  # it will not get better by waiting, as with load
        detail = ErrorDetail(message=self.message, type=kind, param=self.param, code=self.code)
        return ErrorBody(error=detail).model_dump()

    def response(self) -> Response:
        """The whole response."""
        return JSONResponse(self.body(), status_code=self.status, headers=self.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with it, as an ASGI application, and note it as the request's end."""
        if exchange := scope.get("state", {}).get("exchange"):
            exchange.fails(self)
        await self.response()(scope, receive, send)


def from_validation(error: ValidationError) -> ApiError:
    """The first thing wrong with a body, by the name of its field."""
    first = _meant(error.errors(include_url=False, include_context=False, include_input=False))
    # Branches of unions add their type's name to the path; the field's own name is what helps.
    param = ".".join(str(part) for part in first["loc"] if not _is_branch(str(part)))[:200] or None
    if first["type"] == "extra_forbidden":
        return ApiError(400, f"Unknown or unsupported field: {param}.", param=param, code="unknown_field")
    if first["type"] == "json_invalid":
        return ApiError(400, "The body is not valid JSON.", code="invalid_json")
    message = first["msg"].removeprefix("Value error, ")
    return ApiError(400, f"{param}: {message}." if param else f"{message}.", param=param, code="invalid_value")


def _meant(errors: "list[ErrorDetails]") -> "ErrorDetails":
    """The first error; of a field of several forms, that of the form which the value has."""
    first = errors[0]
    field = tuple(itertools.takewhile(lambda part: not _is_branch(str(part)), first["loc"]))
    if field == first["loc"]:
        return first
    alike = (one for one in errors if one["loc"][: len(field)] == field and not one["type"].endswith("_type"))
    return next(alike, first)


def _is_branch(part: str) -> bool:
    return "[" in part or part.startswith("constrained-") or part in {"str", "int", "float", "bool", "none"}


async def render_api_error(request: Request, error: Exception) -> Response:
    """Starlette's handler for ApiError."""
    assert isinstance(error, ApiError)  # noqa: S101  # registered for this class only
    if exchange := getattr(request.state, "exchange", None):
        exchange.fails(error)
    return error.response()


async def render_http_error(request: Request, error: Exception) -> Response:
    """Starlette's handler for its own 404 and 405."""
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for this class only
    code = {404: "route_not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    headers = dict(error.headers or {})
    return await render_api_error(
        request, ApiError(error.status_code, error.detail + ".", code=code, headers=headers)
    )


async def render_crash(request: Request, error: Exception) -> Response:
    """Starlette's handler for anything unforeseen; details go to the log only."""
    logger.error("a request failed", exc_info=error)
    # Starlette answers outside of all middleware here, so the id is not put on by itself.
    named = {"X-Request-Id": request.state.request_id}
    return ApiError(500, "The runtime failed on this request.", headers=named).response()
