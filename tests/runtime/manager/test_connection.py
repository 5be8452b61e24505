"""The manager's small HTTP client against servers that behave and servers that do not."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from model_runtime.manager import connection as module
from model_runtime.manager import upstream as of_upstream
from model_runtime.manager.connection import Broken
from model_runtime.manager.upstream import Upstream

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def against(handler: Handler, use: Callable[[Upstream], Awaitable[None]]) -> list[bytes]:
    """Run `use` against a server whose connections `handler` serves; the heads of all requests it got."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                heads.append(await reader.readuntil(b"\r\n\r\n"))
                await handler(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with asyncio.timeout(60):
            await use(Upstream(server.sockets[0].getsockname()[1], "secret"))
        server.close()

    asyncio.run(main())
    return heads


async def short(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"Content-Length: 2\r\n\r\nhi")


def test_one_connection_serves_one_request_after_the_other_with_the_childs_token() -> None:
    opened: set[object] = set()

    async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.add(writer.transport)
        await short(reader, writer)

    async def use(upstream: Upstream) -> None:
        for _ in range(5):
            assert await upstream.ask("GET", "/ready", seconds=60) == (200, b"hi")

    heads = against(noted, use)
    assert (len(heads), len(opened)) == (5, 1)
    assert all(b"authorization: Bearer secret\r\n" in head for head in heads)


def test_a_connection_that_the_child_closed_is_not_used_again() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await short(reader, writer)
        writer.close()

    async def use(upstream: Upstream) -> None:
        for _ in range(3):
            assert (await upstream.ask("GET", "/ready", seconds=60))[0] == 200
            await asyncio.sleep(0.05)  # its end must arrive: nothing tells when

    against(once, use)


def test_a_body_comes_in_the_pieces_it_is_sent_in() -> None:
    async def pieces(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        for number in range(3):
            writer.write(b"2\r\n%d;\r\n" % number)
            await writer.drain()
            seen.clear()
            await seen.wait()
        writer.write(b"0\r\n\r\n")

    seen = asyncio.Event()

    async def use(upstream: Upstream) -> None:
        connection = await upstream.request("POST", "/v1/x", body=b"{}")
        await connection.head()
        assert (b"content-type", b"text/event-stream") in connection.headers
        got = []
        async for part in connection:
            got.append(part)
            seen.set()
        assert got == [b"0;", b"1;", b"2;"]
        assert connection.reusable

    against(pieces, use)


@pytest.mark.parametrize(
    "bytes_", [CHUNKED + b"5\r\nhello\r\n", OK + b"Content-Length: 9\r\n\r\nhello"], ids=["chunked", "counted"]
)
def test_an_answer_that_breaks_off_gives_what_came_and_then_says_so(bytes_: bytes) -> None:
    async def breaks(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes_)
        writer.close()

    async def use(upstream: Upstream) -> None:
        connection = await upstream.request("POST", "/v1/x")
        await connection.head()
        got = []
        with pytest.raises(Broken):
            async for part in connection:
                got.append(part)
        assert got == [b"hello"]
        assert not connection.reusable

    against(breaks, use)


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"])
def test_what_is_not_http_is_broken(answer: bytes) -> None:
    async def odd(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async def use(upstream: Upstream) -> None:
        with pytest.raises(Broken):
            await upstream.ask("GET", "/ready", seconds=60)

    against(odd, use)


def test_a_child_that_says_nothing_or_is_not_there_is_broken() -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def use(upstream: Upstream) -> None:
        with pytest.raises(Broken):
            await upstream.ask("GET", "/ready", seconds=0.1)
        with pytest.raises(Broken):
            await Upstream(1, "secret").request("GET", "/ready")

    against(silent, use)


def test_a_client_that_reads_slowly_makes_the_child_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HIGH_WATER", 10_000)
    piece, count = b"x" * 65_536, 300
    sent = 0

    async def floods(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(OK + b"Content-Length: %d\r\n\r\n" % (len(piece) * count))
        for _ in range(count):
            writer.write(piece)
            await writer.drain()
            sent += 1

    async def use(upstream: Upstream) -> None:
        connection = await upstream.request("POST", "/v1/x")
        await connection.head()
        before = -1
        while sent != before:  # until the kernel's buffers are full
            before = sent
            await asyncio.sleep(0.1)
        assert sent < count
        assert sum([len(part) async for part in connection]) == len(piece) * count

    against(floods, use)


def test_a_connection_that_was_idle_for_a_minute_is_closed_and_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr(of_upstream, "monotonic", lambda: now)
    opened: list[asyncio.StreamWriter] = []

    async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if writer not in opened:
            opened.append(writer)
        await short(reader, writer)

    async def use(upstream: Upstream) -> None:
        nonlocal now
        for moment in (0.0, 59.0, 118.0, 179.0):
            now = moment
            assert await upstream.ask("GET", "/ready", seconds=60) == (200, b"hi")
        assert len(opened) == 2
        await opened[0].wait_closed()

    against(noted, use)
