"""Errors of REST views, in the one shape that all of ours have."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from ..errors import ApplicationError


def errors_rendered(error: Exception, context: dict[str, Any]) -> Response | None:
    """Application errors in the shape that `ErrorMiddleware` gives them; the framework's own in the same shape."""
    if isinstance(error, ApplicationError):
        return Response({"error": error.as_dict()}, status=error.status)
    response = exception_handler(error, context)
    if response is not None:
        detail = response.data.get("detail") if isinstance(response.data, dict) else None
        code = getattr(detail, "code", "bad_input")
        response.data = {"error": {"code": code, "message": str(detail or error)}}
    return response
