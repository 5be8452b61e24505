"""The id of a request, which comes back with every answer, refusals included."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from model_runtime.server.http.errors import ApiError

HEADER = "X-Request-Id"
FORM = re.compile(r"[A-Za-z0-9._:@+-]{1,128}")
"""What an id may be made of: nothing that could break a log, a URL or a header."""


def id_of(request: Request) -> str:
    """The id of `request`."""
    request_id: str = request.state.request_id
    return request_id


class RequestIds:
    """ASGI middleware: takes the client's X-Request-Id or makes one up; answers 400 to one of another form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its id as `request.state.request_id`, and the answer back with the header."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER)
        usable = given is not None and FORM.fullmatch(given) is not None
        request_id = given if given is not None and usable else secrets.token_hex(12)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        if "exchange" in state:
            state["exchange"].id = request_id

        async def naming(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        if given is None or usable:
            await self._app(scope, receive, naming)
            return
        wanted = f"{HEADER} must be 1 to 128 letters, digits and ._:@+- characters."
        await ApiError(400, wanted, param=HEADER, code="invalid_value")(scope, receive, naming)
