"""The one tree of errors that a user may see. Rendered by `ErrorMiddleware`, the consumer and the commands."""

from typing import Any


class ApplicationError(Exception):
    """Something went wrong that the caller can act on.

    `message` is translated and says what to do; `code` is stable for programs; `extra` is plain data.
    """

    code = "error"
    status = 500

    def __init__(self, message: str, *, extra: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra or {}

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": str(self.message), **self.extra}


class BadInput(ApplicationError):
    code, status = "bad_input", 400


class NotAllowed(ApplicationError):
    code, status = "not_allowed", 403


class NotFound(ApplicationError):
    code, status = "not_found", 404


class Conflict(ApplicationError):
    code, status = "conflict", 409


class TooLarge(ApplicationError):
    code, status = "too_large", 413


class TooMany(ApplicationError):
    code, status = "too_many", 429


class Unavailable(ApplicationError):
    code, status = "unavailable", 503


class NoSpace(ApplicationError):
    """A disk is full."""

    code, status = "no_space", 507
