"""The public API, in OpenAI's protocol: every request needs a key, and errors have OpenAI's shape."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from apps.chat.socket.person import socket_language
from apps.core.db import in_database
from apps.core.errors import ApplicationError, NotFound

from .completions import completions
from .http import Call, Gone
from .limits import Admitted, request_admit
from .listing import embeddings, model, models

logger = logging.getLogger(__name__)
Handler = Callable[[Call, Admitted], Awaitable[None]]
ROUTES: list[tuple[str, re.Pattern[str], Handler]] = [
    ("POST", re.compile(r"/v1/chat/completions"), completions),
    ("GET", re.compile(r"/v1/models"), models),
    ("GET", re.compile(r"/v1/models/[-\w.]+"), model),
    ("POST", re.compile(r"/v1/embeddings"), embeddings),
]


async def api(scope: Any, receive: Any, send: Any) -> None:
    """An ASGI application for HTTP below `/v1/`."""
    call = Call(scope, receive, send)
    with translation.override(socket_language({**scope, "cookies": {}})):
        try:
            admitted = await in_database(request_admit, call.token)
            call.headers |= admitted.headers()
            await _handler(call)(call, admitted)
        except Gone:
            return
        except ApplicationError as error:
            await call.refuse(error)
        except Exception:  # a fault of ours is told in the client's shape, like any other
            logger.exception("%s %s failed", call.method, call.path)
            await call.refuse(ApplicationError(_("Something failed on our side. Please try again.")))


def _handler(call: Call) -> Handler:
    for method, path, handler in ROUTES:
        if call.method == method and path.fullmatch(call.path):
            return handler
    raise NotFound(_("There is nothing at this address."))


def below(prefix: str, inner: Any, outer: Any) -> Any:
    """`inner` for HTTP paths that begin with `prefix`, `outer` for all others."""

    async def routed(scope: Any, receive: Any, send: Any) -> None:
        await (inner if scope["path"].startswith(prefix) else outer)(scope, receive, send)

    return routed
