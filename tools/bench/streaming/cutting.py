"""A proxy that cuts connections in the middle of whatever is being said, at a byte that the seed decides."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

LEAST, MOST = 300, 700  # bytes to the reader before the cut; the handshake's answer is some 200 of them


@asynccontextmanager
async def cutting(target: int, *, seed: int, cuts: int) -> AsyncIterator[int]:
    """The port of a proxy before the port `target`; after so many cuts it lets everything pass."""
    rng, left = random.Random(seed), [cuts]
    tasks: set[asyncio.Task[bool]] = set()

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        bound = rng.randrange(LEAST, MOST) if left[0] > 0 else None
        sending = asyncio.create_task(_copy(reader, far_writer, None))
        tasks.add(sending)
        try:
            if await _copy(far_reader, writer, bound):
                left[0] -= 1
        finally:
            sending.cancel()
            tasks.discard(sending)
            for end in (writer, far_writer):
                end.transport.abort()

    server = await asyncio.start_server(through, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bound: int | None) -> bool:
    """Whether the bound was reached: exactly so many bytes have passed then."""
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            part = data if bound is None else data[:bound]
            writer.write(part)
            await writer.drain()
            if bound is not None and (bound := bound - len(part)) <= 0:
                return True
    return False
