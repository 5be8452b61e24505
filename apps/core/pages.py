"""Pages over ASGI: a request is answered in one thread, from the first middleware to the last.

Django's own handler goes from the event loop into a thread and back for every middleware that knows both, some
twenty times a request, and gives each request a thread of its own and with it a new connection to the database. All
views here are synchronous.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import IO, Any, TypeVar

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import FileResponse
from django.urls import Resolver404, resolve, set_script_prefix

from .db import for_page

V = TypeVar("V", bound=Callable[..., Any])
Threads = Callable[..., Awaitable[Any]]  # one of `core.db`, which runs what it is given


def answered_in(threads: Threads) -> Callable[[V], V]:
    """The view's requests are answered in other threads than those of pages, as for one that waits for others."""

    def mark(view: V) -> V:
        view.answered_in = threads  # type: ignore[attr-defined]
        return view

    return mark


class Pages(ASGIHandler):
    """The application for HTTP. A response that streams is made a chunk at a time, as fast as it is read, and holds
    no thread in between: each chunk may be made in another one, over another connection to the database.
    """

    def __init__(self) -> None:
        self.load_middleware()  # for synchronous use, unlike Django's

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        threads = _threads_for(scope)
        with closing(body):
            start, content = await threads(self._answer, scope, body)
        if not isinstance(content, bytes):
            await self._stream(start, content, threads, receive, send)
            return
        await send(start)
        for chunk, last in self.chunk_bytes(content):
            await send({"type": "http.response.body", "body": chunk, "more_body": not last})

    async def _stream(self, start: Any, response: Any, threads: Threads, receive: Any, send: Any) -> None:
        """Sends the response until its end, or until its client is gone; closes it either way."""
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await send(start)
            parts, more = iter(response), True
            while more and not gone.done():
                chunk = await threads(_next, parts, self.chunk_size)
                more = bool(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": more})
        finally:
            gone.cancel()
            await threads(response.close)

    def _answer(self, scope: Any, body: IO[bytes]) -> tuple[dict[str, Any], Any]:
        """The message that begins the response, and its content; of one that streams the response, still open."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: Any = self.get_response(request) if request else refused
        response._handler_class = self.__class__  # whom `request_finished` names
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
        cookies = [cookie.output(header="").strip().encode("ascii") for cookie in response.cookies.values()]
        headers += [(b"Set-Cookie", cookie) for cookie in cookies]
        start = {"type": "http.response.start", "status": response.status_code, "headers": headers}
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            return start, response
        with closing(response):
            return start, response.content


def _next(parts: Iterator[bytes], least: int) -> bytes:
    """So many bytes or more of what comes next; fewer only at the end."""
    chunk = bytearray()
    while len(chunk) < least and (part := next(parts, None)) is not None:
        chunk += part
    return bytes(chunk)


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _threads_for(scope: Any) -> Threads:
    try:
        view = resolve(scope["path"].removeprefix(scope.get("root_path", ""))).func
    except Resolver404:
        return for_page
    threads: Threads = getattr(view, "answered_in", for_page)
    return threads
