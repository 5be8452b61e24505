"""Pages over ASGI: a request is answered in one thread, from the first middleware to the last.

Django's own handler goes from the event loop into a thread and back for every middleware that knows both, some
twenty times a request, and gives each request a thread of its own and with it a new connection to the database. All
views here are synchronous.
"""

from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import IO, Any, TypeVar

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
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
    """The application for HTTP. A response that streams is read to its end before it is sent, as Django does it."""

    def __init__(self) -> None:
        self.load_middleware()  # for synchronous use, unlike Django's

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            start, content = await _threads_for(scope)(self._answer, scope, body)
        await send(start)
        for chunk, last in self.chunk_bytes(content):
            await send({"type": "http.response.body", "body": chunk, "more_body": not last})

    def _answer(self, scope: Any, body: IO[bytes]) -> tuple[dict[str, Any], bytes]:
        """The message that begins the response, and its content."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: Any = self.get_response(request) if request else refused
        response._handler_class = self.__class__  # whom `request_finished` names
        with closing(response):
            headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
            cookies = [cookie.output(header="").strip().encode("ascii") for cookie in response.cookies.values()]
            headers += [(b"Set-Cookie", cookie) for cookie in cookies]
            start = {"type": "http.response.start", "status": response.status_code, "headers": headers}
            return start, b"".join(response)


def _threads_for(scope: Any) -> Threads:
    try:
        view = resolve(scope["path"].removeprefix(scope.get("root_path", ""))).func
    except Resolver404:
        return for_page
    threads: Threads = getattr(view, "answered_in", for_page)
    return threads
