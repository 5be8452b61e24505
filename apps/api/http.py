"""One request and its answer, straight on ASGI: no session, no cookie, and a client that leaves is noticed."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from apps.core.errors import ApplicationError

from .errors import NotOffered, error_body

Message = MutableMapping[str, Any]


class Gone(Exception):
    """The client left before it had said what it wants."""


class Call:
    """A request being answered. `headers` are those of every answer to it."""

    def __init__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.ip: str = (scope.get("client") or [""])[0]
        self.is_begun = False
        self.headers = {
            "x-request-id": uuid4().hex,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        }
        self._fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self._receive, self._send = receive, send

    @property
    def token(self) -> str:
        """Of the Authorization header; empty where there is none."""
        kind, _blank, token = self._fields.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    async def json(self) -> Any:
        """The body. Raises NotOffered for anything but JSON, and Gone."""
        body, more = bytearray(), True  # images make long bodies, which must not be copied with each piece
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            body += message.get("body", b"")
            more = message.get("more_body", False)
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotOffered(_("The body is not JSON."), "") from error

    async def while_there(self, work: Coroutine[Any, Any, None]) -> None:
        """Does `work`, and cancels it when the client leaves. Call it once the body is read."""
        doing, left = asyncio.create_task(work), asyncio.create_task(self._left())
        try:
            await asyncio.wait({doing, left}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            doing.cancel()  # nothing where it is done
            await asyncio.wait({doing, left})
        if not doing.cancelled():
            doing.result()

    async def _left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def begin(self, status: int, content_type: str, more: dict[str, str] | None = None) -> None:
        self.is_begun = True
        fields = {"content-type": content_type, **self.headers, **(more or {})}
        headers = [(name.encode(), value.encode()) for name, value in fields.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, body: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def event(self, data: Any) -> None:
        """A server-sent event."""
        await self.write(b"data: " + _json(data) + b"\n\n")

    async def answer(self, data: Any, *, status: int = 200, more: dict[str, str] | None = None) -> None:
        await self.begin(status, "application/json", more)
        await self.write(_json(data), more=False)

    async def refuse(self, error: ApplicationError) -> None:
        """As an answer, or, where one has begun, as the stream's last event."""
        if self.is_begun:
            await self.event(error_body(error))
            await self.write(b"", more=False)
            return
        more = {"www-authenticate": "Bearer"} if error.status == 401 else {}
        if seconds := error.extra.get("seconds"):
            more["retry-after"] = str(seconds)
        await self.answer(error_body(error), status=error.status, more=more)


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()
