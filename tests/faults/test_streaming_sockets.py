"""Ten thousand sockets in one process: each is kept, and a hundred people read their answers among them."""

import asyncio
import base64
import os

from tools.bench.streaming.numbered import question, words
from tools.bench.streaming.oracles import everything_holds
from tools.bench.streaming.site import Process, Site
from tools.bench.streaming.viewer import Viewer

from .conftest import PATIENCE

IDLE, AT_ONCE, STREAMS = 10_000, 100, 100
PING = 0x89
HELD_SECONDS = 60  # three rounds of pings; who answers none of them is let go after 40 s


class Idle(asyncio.Protocol):
    """A browser on whose socket nothing happens: it answers pings. As little of a client as that needs."""

    def __init__(self, host: str, cookie: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.hello = (
            f"GET /ws/chat/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n"
        ).encode()
        self.opened = asyncio.get_running_loop().create_future()
        self.data, self.pings, self.is_lost = b"", 0, False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.hello)

    def data_received(self, data: bytes) -> None:
        self.data += data
        if not self.opened.done():
            head, end, rest = self.data.partition(b"\r\n\r\n")
            if end:
                self.opened.set_result(head.split(b" ")[1])
                self.data = rest
        while self.opened.done() and len(self.data) >= 2 and len(self.data) >= 2 + self.data[1]:
            kind, size = self.data[0], self.data[1]  # pings are short, and nothing else comes
            payload, self.data = self.data[2 : 2 + size], self.data[2 + size :]
            if kind == PING:
                self.pings += 1
                self.transport.write(bytes([0x8A, 0x80 | size, 0, 0, 0, 0]) + payload)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_lost = True
        if not self.opened.done():
            self.opened.set_result(b"lost")


async def crowd(process: Process, cookies: list[str]) -> list[Idle]:
    """So many open sockets, from four addresses: one has not enough ports."""
    room, loop, host = asyncio.Semaphore(AT_ONCE), asyncio.get_running_loop(), f"127.0.0.1:{process.port}"

    async def opened(number: int) -> Idle:
        async with room:
            _, idle = await loop.create_connection(
                lambda: Idle(host, cookies[number % len(cookies)]),
                "127.0.0.1",
                process.port,
                local_addr=(f"127.0.0.{2 + number % 4}", 0),
            )
            assert await idle.opened == b"101"
            return idle

    return await asyncio.gather(*map(opened, range(IDLE)))


def test_ten_thousand_sockets_are_kept_and_a_hundred_answers_stream_among_them(site: Site) -> None:
    process = site.process()
    before = process.megabytes()
    viewers = [Viewer(process.url, site.cookies[n % 20], question(200, 5)) for n in range(STREAMS)]

    async def run() -> tuple[list[Idle], float]:
        idle = await crowd(process, site.cookies[20:])
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        await asyncio.sleep(HELD_SECONDS)
        await asyncio.gather(*tasks)
        grown = process.megabytes() - before
        kept = [one for one in idle if not one.is_lost and one.pings]
        for one in idle:
            one.transport.abort()
        return kept, grown

    kept, grown = asyncio.run(run())
    process.kill()
    assert len(kept) == IDLE
    assert grown < IDLE * 0.08  # MB
    assert {viewer.said for viewer in viewers} == {words(200)}
    assert {viewer.connections for viewer in viewers} == {1}
    everything_holds(site.rows, viewers)
