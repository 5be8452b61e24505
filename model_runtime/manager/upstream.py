"""The way to one child: connections that are kept between requests, and the token it wants."""

import asyncio
from collections.abc import Iterable

from model_runtime.manager.connection import Broken, Connection, Header

_CONNECT_SECONDS = 5.0
_IDLE_CONNECTIONS = 64


class Upstream:
    """Connections to the child that listens at `port` of this machine. They are used by one task at a time."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._authorization: Header = (b"authorization", f"Bearer {token}".encode())
        self._idle: list[Connection] = []

    async def request(
        self, method: str, path: str, headers: Iterable[Header] = (), body: bytes = b""
    ) -> Connection:
        """A connection on which the request has been sent; `give_back` it. Raises Broken."""
        connection = await self._connect()
        connection.send(method, path, [self._authorization, *headers], body)
        return connection

    def give_back(self, connection: Connection) -> None:
        """Keep the connection for the next request; close it if its answer was not read to the end."""
        if connection.reusable and len(self._idle) < _IDLE_CONNECTIONS:
            self._idle.append(connection)
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

    async def _connect(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
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
