"""Downloads leave as they are made: little of them is in memory, and none is made for whoever has gone."""

import asyncio
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.urls import path

from config.asgi import application
from config.serving.web import bind
from config.urls import urlpatterns as real_urls

PART = b"x" * 65_536
MUCH = 100_000_000  # bytes
LITTLE = 4_000_000
ended = threading.Event()


def file(request: HttpRequest) -> FileResponse:
    return FileResponse((Path(settings.DATA_DIR) / "large").open("rb"))


def parts(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(b"%100d" % number for number in range(MUCH // 100))


def endless(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_endless())


def _endless() -> Iterator[bytes]:
    try:
        while True:
            yield PART
    finally:
        ended.set()


def broken(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(_broken())


def _broken() -> Iterator[bytes]:
    yield PART
    raise ValueError("what it was made of is gone")


urlpatterns = [*(path(view.__name__, view) for view in (file, parts, endless, broken)), *real_urls]
handler404, handler500 = "apps.core.views.not_found", "apps.core.views.server_error"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.urls(__name__),
]
Send = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def nothing_ended() -> None:
    ended.clear()


async def streamed(address: str, send: Send) -> None:
    """Asks for it and stays until the end."""
    messages = [{"type": "http.request", "body": b""}]

    async def receive() -> dict[str, Any]:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": headers}
    await application(scope, receive, send)


@pytest.mark.parametrize("address", ["/file", "/parts"])
async def test_of_a_large_download_little_is_in_memory_at_a_time(
    address: str, tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    with (tmp_path / "large").open("wb") as large:
        large.truncate(MUCH)
    sent = 0

    async def send(message: Any) -> None:
        nonlocal sent
        sent += len(message.get("body", b""))

    tracemalloc.start()
    try:
        await streamed(address, send)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sent == MUCH
    assert most < LITTLE


@asynccontextmanager
async def serving() -> AsyncIterator[Callable[[str], Any]]:
    """A real server, and how to connect to it and ask for an address."""
    listening = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="critical"))
    served = asyncio.create_task(server.serve(sockets=[listening]))

    async def ask(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*listening.getsockname()[:2], limit=1024)
        writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return reader, writer

    try:
        yield ask
    finally:
        server.should_exit = True
        await served


async def test_nothing_more_is_made_for_whoever_goes_midway() -> None:
    async with serving() as ask:
        reader, writer = await ask("/endless")
        await reader.readuntil(PART[:1000])
        writer.close()
        assert await asyncio.to_thread(ended.wait, 60), "it goes on for nobody"


async def test_those_who_do_not_read_what_they_asked_for_keep_no_page_waiting() -> None:
    async with serving() as ask:
        asked = [await ask("/endless") for _ in range(20)]
        for reader, _ in asked:
            await reader.readuntil(PART[:1000])
        page, _ = await ask("/accounts/login/")
        assert b"200" in await asyncio.wait_for(page.readline(), 60)
        for _, writer in asked:
            writer.close()


async def test_a_download_that_breaks_off_is_not_taken_for_a_whole_one() -> None:
    async with serving() as ask:
        reader, writer = await ask("/broken")
        whole = await reader.read()
        writer.close()
    assert whole.startswith(b"HTTP/1.1 200") and not whole.endswith(b"0\r\n\r\n")
