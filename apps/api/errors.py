"""Errors as OpenAI's clients know them."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import ApplicationError, BadInput, NotFound

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "conflict_error",
    413: "invalid_request_error",
    429: "rate_limit_error",
}


class NoKey(ApplicationError):
    """One answer for a missing, unknown, revoked and expired key."""

    code, status = "invalid_api_key", 401

    def __init__(self) -> None:
        super().__init__(_("This needs a valid API key: send it as “Authorization: Bearer …”."))


class NoSuchModel(NotFound):
    """Not there, closed, or not this key's."""

    code, param = "model_not_found", "model"


class NotOffered(BadInput):
    """A parameter that would be without effect, or is malformed; `param` names it."""

    def __init__(self, message: str, param: str) -> None:
        super().__init__(message)
        self.param = param


def error_body(error: ApplicationError) -> dict[str, Any]:
    """`{"error": {message, type, param, code}}`."""
    kind = _TYPES.get(error.status, "server_error")
    param = getattr(error, "param", None)
    return {"error": {"message": str(error.message), "type": kind, "param": param, "code": error.code}}
