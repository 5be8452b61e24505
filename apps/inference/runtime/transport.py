"""HTTP clients, and what their failures mean."""

import asyncio
import functools
import json
import weakref
from typing import Any

import httpx
from django.utils.translation import gettext as _

from apps.core.errors import ApplicationError

from ..errors import RuntimeRefused, RuntimeUnavailable

# A runtime that sends nothing for so long is taken for dead. Ours says every ten seconds that a request waits.
SILENCE_SECONDS = 30.0
_TIMEOUT = httpx.Timeout(SILENCE_SECONDS, connect=5.0, pool=None)
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=32)
_clients: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient]" = weakref.WeakKeyDictionary()


def async_client() -> httpx.AsyncClient:
    """One per event loop: connections cannot move between loops."""
    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None:
        # Proxy variables are for the outside world; a runtime is named by its own address.
        client = _clients[loop] = httpx.AsyncClient(timeout=_TIMEOUT, limits=_LIMITS, trust_env=False)
    return client


@functools.cache
def sync_client() -> httpx.Client:
    """For code off the event loop; safe between threads."""
    return httpx.Client(timeout=_TIMEOUT, limits=_LIMITS, trust_env=False)


def failure(error: httpx.HTTPError) -> RuntimeUnavailable:
    """A broken connection or a timeout, as one of our errors."""
    if isinstance(error, httpx.TimeoutException):
        return RuntimeUnavailable(
            _("The model runtime did not answer in time."), extra={"cause": type(error).__name__}
        )
    return RuntimeUnavailable(_("The model runtime cannot be reached."), extra={"cause": str(error)[:300]})


def unreadable() -> RuntimeUnavailable:
    """A 2xx answer that is not what the protocol says."""
    return RuntimeUnavailable(_("The model runtime sent something unreadable."))


def refusal(response: httpx.Response) -> ApplicationError:
    """An answer that is not 2xx and has been read, as one of our errors with the runtime's own words."""
    return error_from(response.status_code, _parsed(response.content), response.headers.get("x-queue-position", ""))


def error_from(status: int, body: Any, position: str = "") -> ApplicationError:
    """The same for a parsed body of OpenAI's shape: `{"error": {"message": …}}`.

    `position` is the place in the queue that there was no room for.
    """
    error = body.get("error") if isinstance(body, dict) else None
    words = error.get("message") if isinstance(error, dict) else error or (body if isinstance(body, str) else "")
    code = error.get("code") if isinstance(error, dict) else None
    extra = {"cause": str(words or "")[:500], "status": status, "reason": str(code or "")}
    if status in {401, 403}:
        return RuntimeUnavailable(_("The model runtime did not accept our key."), extra=extra)
    if status == 404 and code != "path_not_found":
        return RuntimeUnavailable(_("The model runtime does not have this model loaded."), extra=extra)
    if status == 504 or code == "deadline_exceeded":
        return RuntimeUnavailable(_("The model runtime did not answer in time."), extra=extra)
    if status == 429:
        return RuntimeUnavailable(_busy(position), extra=extra)
    if status >= 500:
        return RuntimeUnavailable(_("The model runtime failed: %(cause)s") % extra, extra=extra)
    return RuntimeRefused(_("The model runtime refused the request: %(cause)s") % extra, extra=extra)


def _busy(position: str) -> str:
    if not (position.isascii() and position.isdecimal() and len(position) < 9):
        return _("The model runtime is busy. Try again in a moment.")
    text = _("The model runtime is busy: %(count)d requests wait there already. Try again in a moment.")
    return text % {"count": int(position)}


def _parsed(body: bytes | str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return (body.decode(errors="replace") if isinstance(body, bytes) else body)[:500]
