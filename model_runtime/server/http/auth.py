"""Every route but /health needs the token."""

import hmac

from starlette.types import ASGIApp, Receive, Scope, Send

from model_runtime.server.http.errors import ApiError

OPEN_PATHS = frozenset({"/health"})


class TokenAuth:
    """ASGI middleware: compares `Authorization: Bearer` in constant time, answers 401 otherwise."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = b"Bearer " + token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or refuse it before its body is read."""
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
            if not hmac.compare_digest(given, self._expected):
                error = ApiError(401, "A valid token is needed: Authorization: Bearer …", code="invalid_api_key")
                await error(scope, receive, send)
                return
        await self._app(scope, receive, send)
