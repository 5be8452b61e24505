"""A streaming client that does little while the clock runs: it notes when bytes come, and reads them later.

One connection a request, as many users have; HTTP/1.1 by hand, because a full client takes more of a core than a
small model leaves.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

SECONDS = 120.0  # no request may take longer


@dataclass(frozen=True)
class Endpoint:
    """Where an OpenAI server listens, and how it calls its model."""

    port: int
    model: str
    token: str = ""

    def post(self, path: str, body: dict[str, Any]) -> bytes:
        """A whole streaming request in bytes, made ready before the clock runs."""
        content = json.dumps({"model": self.model, "stream": True, **body}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + content


@dataclass
class Answer:
    """What came, and when: `pieces` are stretches of the body with the time at which they came."""

    sent: float
    pieces: list[tuple[float, bytes]] = field(default_factory=list)
    status: int = 0
    error: str | None = None

    @cached_property
    def events(self) -> list[tuple[float, dict[str, Any]]]:
        """The JSON of every event, with the time at which its last byte came."""
        found, rest = [], b""
        for when, piece in self.pieces:
            *lines, rest = (rest + piece).split(b"\n")
            datas = (one[5:].strip() for one in lines if one.startswith(b"data:"))
            found += [(when, json.loads(data)) for data in datas if data != b"[DONE]"]
        return found

    @cached_property
    def texts(self) -> list[tuple[float, str]]:
        """The pieces of text, with the times at which they came."""
        found = []
        for when, event in self.events:
            for choice in event.get("choices") or []:
                text = choice.get("text") or (choice.get("delta") or {}).get("content")
                if text:
                    found.append((when, text))
        return found

    @property
    def text(self) -> str:
        return "".join(text for _, text in self.texts)

    @property
    def first(self) -> float:
        """Seconds from sending to the first text."""
        return self.texts[0][0] - self.sent

    @property
    def gaps(self) -> list[float]:
        """Seconds between one piece of text and the next."""
        return [later[0] - earlier[0] for earlier, later in zip(self.texts, self.texts[1:], strict=False)]

    @property
    def usage(self) -> dict[str, Any]:
        """The server's own count of tokens; empty if it gave none."""
        return next((event["usage"] for _, event in reversed(self.events) if event.get("usage")), {})

    @property
    def problem(self) -> str | None:
        """Why this is no good answer, or None."""
        if self.error or self.status != 200:
            return self.error or f"status {self.status}: {b''.join(piece for _, piece in self.pieces)[:200]!r}"
        wrong = next((str(event["error"]) for _, event in self.events if "error" in event), None)
        return wrong or (None if self.texts else "no text")


async def ask(port: int, request: bytes) -> Answer:
    """Send a request made by `Endpoint.post` and take what comes; failures are noted in the answer."""
    answer = Answer(time.perf_counter())
    try:
        async with asyncio.timeout(SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(request)
                answer.status = int((await reader.readline()).split()[1])
                async for piece in _body(reader):
                    answer.pieces.append((time.perf_counter(), piece))
            finally:
                writer.close()
    except (OSError, EOFError, ValueError, IndexError) as error:  # TimeoutError is an OSError
        answer.error = f"{type(error).__name__}: {error}"
    return answer


async def _body(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    headers = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" not in headers:
        while piece := await reader.read(65_536):
            yield piece
        return
    while size := int(await reader.readline(), 16):
        piece = await reader.readexactly(size + 2)
        yield piece[:-2]
