"""A browser tab's socket, spoken to the ASGI application without a server."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asgiref.testing import ApplicationCommunicator
from django.test import Client

from apps.chat.generation.delivery.hub import hub
from config.asgi import application
from tools.bench.streaming.frames import opened

from .fakes import said


class Tab:
    def __init__(self, socket: ApplicationCommunicator) -> None:
        self.socket = socket
        self._names: dict[int, str] = {}

    async def raw(self, **message) -> None:
        await self.socket.send_input({"type": "websocket.receive", **message})

    async def say(self, **frame) -> None:
        await self.raw(text=json.dumps(frame))

    async def ask(self, text: str = "How long for returns?", **ids) -> dict[str, str]:
        edits = ids.pop("edits", None)
        ids = {name: str(ids.get(name) or uuid.uuid4()) for name in ("message", "generation", "conversation")}
        await self.say(type="send", assistant="service", text=text, edits=edits, **ids)
        return ids

    async def hear(self) -> dict:
        """The next frame, but for news of other tabs."""
        while (frame := await self.hear_anything()) == {"type": "changed"}:
            pass
        return frame

    async def hear_anything(self) -> dict:
        sent = await self.socket.receive_output(timeout=60)
        assert sent["type"] == "websocket.send", sent
        return opened(json.loads(sent["text"]), self._names)

    async def hears_anything(self) -> bool:
        return not await self.socket.receive_nothing(timeout=0.2)

    async def hear_out(self) -> list[dict]:
        """All event frames up to the end."""
        frames: list[dict] = []
        while not frames or frames[-1]["event"]["kind"] != "end":
            frame = await self.hear()
            assert frame["type"] == "event", frame
            frames.append(frame)
        return frames


@asynccontextmanager
async def tab(client: Client, *, language: str = "en", path: str = "/ws/chat/") -> AsyncIterator[Tab]:
    """An open socket of `client`'s browser; everything it started has ended when the block is left."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = {"cookie": cookies, "accept-language": language, "origin": "http://localhost", "host": "localhost"}
    scope = {
        "type": "websocket",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "subprotocols": [],
    }
    socket = ApplicationCommunicator(application, scope)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(60))["type"] == "websocket.accept"
    try:
        yield Tab(socket)
    finally:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(60)


async def listening(key: uuid.UUID, count: int) -> None:
    """Returns when so many sockets hear of news of `key`: they look the person up after they have opened."""
    async with asyncio.timeout(60):
        while len(hub._viewers.get(key, ())) < count:  # noqa: ASYNC110  (the hub tells nobody who joins)
            await asyncio.sleep(0.002)


def text_of(frames: list[dict]) -> str:
    return said([frame["event"] for frame in frames])
