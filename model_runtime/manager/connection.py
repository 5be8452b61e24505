"""One HTTP/1.1 connection to a child: the head is read, the body comes in whatever pieces it arrives.

A general client costs three times as much an event of a stream.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import cast

import httptools

_HIGH_WATER = 256 * 1024
"""Bytes that may wait for a slow client before the child is made to wait."""

Header = tuple[bytes, bytes]


class Broken(Exception):
    """The child cannot be reached, broke off, or says what is not HTTP. The request may be tried again."""


class Connection(asyncio.Protocol):
    """Carries one request at a time. `status` and `headers` (names in lower case) are there after `head`."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[Header] = []
        self.lost = False
        self._headed = self._complete = self._keeps_alive = False
        self._pieces: list[bytes] = []
        self._size = 0
        self._change: asyncio.Future[None] | None = None
        self._parser = httptools.HttpResponseParser(self)

    @property
    def reusable(self) -> bool:
        """Whether the answer has been read to its end and the child keeps the connection."""
        return self._complete and self._keeps_alive and not self._pieces and not self.lost

    def send(self, method: str, path: str, headers: Iterable[Header], body: bytes) -> None:
        """Send a whole request. `path` and `headers` must be fit for a request's head."""
        self._parser = httptools.HttpResponseParser(self)
        self.headers = []
        self._headed = self._complete = False
        head = [f"{method} {path} HTTP/1.1\r\nhost: model\r\ncontent-length: {len(body)}\r\n".encode()]
        head += [name + b": " + value + b"\r\n" for name, value in headers]
        self._transport.write(b"".join([*head, b"\r\n", body]))

    async def head(self) -> None:
        """Wait for the answer's status and headers. Raises Broken."""
        while not self._headed:
            await self._changed()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body, in whatever pieces it arrives. Raises Broken."""
        while True:
            while not self._pieces:
                if self._complete:
                    return
                await self._changed()
            data = b"".join(self._pieces)
            self._pieces.clear()
            if self._size > _HIGH_WATER:
                self._transport.resume_reading()
            self._size = 0
            yield data

    def close(self) -> None:
        """Drop the connection: the child notices at once, and whoever waits here gets Broken."""
        self._transport.abort()

    async def _changed(self) -> None:
        if self.lost:
            raise Broken
        self._change = asyncio.get_running_loop().create_future()
        await self._change

    def _wake(self) -> None:
        if self._change is not None and not self._change.done():
            self._change.set_result(None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's word that the connection stands."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """asyncio's word that bytes have come."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.lost = True
            self._transport.abort()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's word that the connection is gone."""
        self.lost = True
        self._wake()

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser's word on one header."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The parser's word that the head is whole."""
        self.status = self._parser.get_status_code()
        self._headed = True

    def on_body(self, data: bytes) -> None:
        """The parser's word on a piece of the body."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size > _HIGH_WATER:
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        """The parser's word that the answer is whole."""
        self._complete = True
        self._keeps_alive = self._parser.should_keep_alive()
