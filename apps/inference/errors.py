"""What can go wrong at a runtime, in words for the person in front of the application."""

from apps.core.errors import ApplicationError, Unavailable


class RuntimeUnavailable(Unavailable):
    """The runtime is unreachable, busy, silent or without the model: trying again may help."""

    code = "runtime_unavailable"


def not_loaded(error: RuntimeUnavailable) -> bool:
    """Whether the runtime answered that the model is not there, or not yet: loading it and asking again helps."""
    return error.extra.get("status") == 404 or error.extra.get("reason") == "loading"


class RuntimeRefused(ApplicationError):
    """The runtime understood the request and will not do it: trying the same again will not help."""

    code, status = "runtime_refused", 502


class NoControl(RuntimeUnavailable):
    """The runtime serves what it was started with: it has no door for loading models."""
