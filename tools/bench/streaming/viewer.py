"""A reader of answers who does what the page does: connects again, resumes behind the last line, insists."""

import asyncio
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection, connect

from tools.bench.streaming.frames import opened

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0  # seconds; as static/js/chat/conversation/socket.js


@dataclass
class Viewer:
    """Asks `text`, or follows what another one asked (`ids`), until its end; one that `waits` only stays connected.

    `heard` holds (when, letters so far) of each delta; `dropped` counts lines that came twice, `gaps` such as came
    too early, `taken_back` letters that whoever went on with the answer did not have; `wire` bytes of all frames
    that came, with their heads.
    """

    url: str
    cookie: str
    text: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    rng: random.Random = field(default_factory=random.Random)
    source: str = "127.0.0.1"
    said: str = ""
    last_seq: int = 0
    accepted: bool = False
    end: dict[str, Any] | None = None
    refused: dict[str, Any] | None = None
    heard: list[tuple[float, int]] = field(default_factory=list)
    connections: int = 0
    codes: list[int | None] = field(default_factory=list)
    dropped: int = 0
    taken_back: int = 0
    gaps: int = 0
    wire: int = 0
    connected_at: float = 0.0
    waits: bool = False
    socket: ClientConnection | None = None
    online: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.accepted = bool(self.ids)
        self.ids = self.ids or {name: str(uuid.uuid4()) for name in ("message", "generation", "conversation")}

    @property
    def generation(self) -> str:
        return self.ids["generation"]

    def twin(self, **changes: Any) -> "Viewer":
        """Another tab of the same person that follows the same answer."""
        return Viewer(**({"url": self.url, "cookie": self.cookie, "ids": self.ids} | changes))

    async def run(self, seconds: float = 60.0) -> "Viewer":
        """Raises TimeoutError when the end does not come in time."""
        failures = 0
        async with asyncio.timeout(seconds):
            while self.end is None and self.refused is None:
                try:
                    async with self.connected() as socket:
                        failures = 0
                        self.connected_at = time.monotonic()
                        self.connections += 1
                        self.online.set()
                        await self._converse(socket)
                except (websockets.WebSocketException, OSError) as error:
                    received = getattr(error, "rcvd", None)
                    self.codes.append(received.code if received else None)
                    wait = min(LONGEST_WAIT, FIRST_WAIT * 2**failures)
                    failures += 1
                    await asyncio.sleep(self.rng.random() * wait)
                finally:
                    self.online.clear()
        return self

    def connected(self) -> connect:
        return connect(
            self.url.replace("http", "ws") + "/ws/chat/",
            additional_headers={"Cookie": self.cookie, "Origin": self.url},
            compression=None,
            ping_interval=None,
            proxy=None,
            open_timeout=20,
            close_timeout=1,
            local_addr=(self.source, 0),
        )

    async def stop(self) -> None:
        """Presses the button, where there is a connection."""
        if self.socket is not None and self.end is None:
            seen = {"generation": self.generation, "seen_chars": len(self.said)}
            await self.socket.send(json.dumps({"type": "stop", **seen}))

    async def _converse(self, socket: ClientConnection) -> None:
        self.socket = socket
        if self.waits:
            await socket.wait_closed()
            raise ConnectionError("the server went away")
        if self.accepted:
            await self._resume(socket)
        else:
            await socket.send(
                json.dumps({"type": "send", "assistant": "service", "text": self.text, "edits": None, **self.ids})
            )
        names: dict[int, str] = {}
        while self.end is None and self.refused is None:
            text = await socket.recv(decode=True)
            size = len(text.encode())
            self.wire += size + (2 if size < 126 else 4)
            frame = opened(json.loads(text), names)
            if frame["type"] == "accepted" and frame["generation"] == self.generation:
                self.accepted = True
            elif frame["type"] == "error":
                self.refused = frame
            elif frame["type"] == "event" and frame["generation"] == self.generation:
                await self._line(socket, frame["seq"], frame["event"])

    async def _resume(self, socket: ClientConnection) -> None:
        frame = {"type": "resume", "generation": self.generation, "after_seq": self.last_seq}
        await socket.send(json.dumps(frame))

    async def _line(self, socket: ClientConnection, seq: int, event: dict[str, Any]) -> None:
        if seq <= self.last_seq:
            self.dropped += 1
            return
        if seq > self.last_seq + 1 and event["kind"] != "kept":
            self.gaps += 1
            await self._resume(socket)
            return
        self.last_seq = seq
        if event["kind"] == "delta":
            self.said += event["text"]
            self.heard.append((time.monotonic(), len(self.said)))
        elif event["kind"] == "kept":
            self.taken_back += len(self.said) - len(event["text"])
            self.said = event["text"]
        elif event["kind"] == "end":
            self.end = event
