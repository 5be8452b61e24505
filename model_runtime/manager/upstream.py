"""The way to one child: connections that are kept between requests, and the token it wants."""

import asyncio
from collections import deque
from collections.abc import Iterable
from time import monotonic

from model_runtime.manager.connection import Broken, Connection, Header

_CONNECT_SECONDS = 5.0
_IDLE_CONNECTIONS = 64
_IDLE_SECONDS = 60.0
"""Less than the child keeps one (`server.http.listen.KEEP_ALIVE_SECONDS`): one that it closes must not be used."""


class Upstream:
    """Connections to the child that listens at `port` of this machine. They are used by one task at a time."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._authorization: Header = (b"authorization", f"Bearer {token}".encode())
        self._idle: deque[tuple[float, Connection]] = deque()
        """With the time since when each is idle; the one for longest first."""

    async def request(
        self, method: str, path: str, headers: Iterable[Header] = (), body: bytes = b""
    ) -> Connection:
        """A connection on which the request has been sent; `give_back` it. Raises Broken."""
        connection = await self._connect()
        connection.send(method, path, [self._authorization, *headers], body)
        return connection

    def give_back(self, connection: Connection) -> None:
        """Keep the connection for the next request; close it if its answer was not read to the end."""
        self._close_old()
        if connection.reusable and len(self._idle) < _IDLE_CONNECTIONS:
            self._idle.append((monotonic(), connection))
        else:
            connection.close()

    async def ask(self, method: str, path: str, *, seconds: float) -> tuple[int, bytes]:
        """Status and body of a short answer. Raises Broken, also when it takes longer than `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                connection = await self.request(method, path)
                try:
                    await connection.head()
                    body = b"".join([part async for part in connection])
                finally:
                    self.give_back(connection)
        except TimeoutError as error:
            raise Broken from error
        return connection.status, body

    def _close_old(self) -> None:
        while self._idle and self._idle[0][0] < monotonic() - _IDLE_SECONDS:
            self._idle.popleft()[1].close()

    async def _connect(self) -> Connection:
        self._close_old()
        while self._idle:
            _, connection = self._idle.pop()
            if not connection.lost:
                return connection
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                _, connection = await asyncio.get_running_loop().create_connection(
                    Connection, "127.0.0.1", self._port
                )
                return connection
        except OSError as error:  # refused, or not in time
            raise Broken from error
