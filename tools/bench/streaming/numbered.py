"""A runtime that says numbered words at a set rate, over the runtime's own protocol. What it says stands in the
question: "600 words, 20 a second". `python -m tools.bench.streaming.numbered PORT`
"""

import asyncio
import json
import re
import sys
import time
from string import ascii_lowercase as letters
from typing import Any

_ASKED = re.compile(r"(\d+) words, ([\d.]+) a second")
_MODELS = ("numbered@1", "all-minilm-l6-v2")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"


def word(number: int) -> str:
    """Five characters, as a token has in English on average; no two of the first 456,976 are the same.

    The space stands behind: moderation holds back a word until it sees that it has ended.
    """
    return "".join(letters[number // 26**place % 26] for place in (3, 2, 1, 0)) + " "


def words(count: int) -> str:
    """The whole answer of so many words."""
    return "".join(map(word, range(count)))


def marked(number: int) -> str:
    """The word with the Markdown around it that an answer of several pages has: paragraphs, lists, tables, code."""
    place, of = number % 40, number // 40 % 6
    if place:
        joint = {2: "\n- ", 3: "|\n|"}.get(of, "") if place % 8 == 0 else ""
        return joint + word(number)
    opened = {1: "\n\n## ", 2: "\n\n- ", 3: "\n\n|a|\n|-|\n|", 4: "\n\n```python\n", 5: "\n```\n\n**bold** "}
    return opened.get(of, "\n\n") + word(number)


def question(count: int, rate: float) -> str:
    return f"Please say {count} words, {rate:g} a second."


class Numbered:
    """`emitted`: when each word of a request was sent, in seconds of the machine's monotonic clock."""

    def __init__(self) -> None:
        self.emitted: dict[str, list[float]] = {}
        self.open = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1]
            headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            if path == "/v1/chat/completions":
                await self._speak(reader, writer, headers.get("x-request-id", ""), json.loads(body))
            else:
                content = json.dumps(self._told(path)).encode()
                writer.write(_HEAD % b"application/json" + content)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _told(self, path: str) -> dict[str, Any]:
        if path == "/control/models":
            return {"models": [{"id": name, "state": "ready"} for name in _MODELS]}
        if path.startswith("/emitted/"):
            return {"times": self.emitted.get(path.rpartition("/")[2], [])}
        return {"open": self.open}

    async def _speak(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: str, body: dict[str, Any]
    ) -> None:
        asked = body["messages"][-1]["content"]
        count, rate = _ASKED.search(asked).groups()  # type: ignore[union-attr]
        say = marked if "Markdown" in asked else word
        times = self.emitted[request] = []
        writer.write(_HEAD % b"text/event-stream")
        began = time.monotonic()
        self.open += 1
        try:
            for number in range(int(count)):
                await asyncio.sleep(max(began + number / float(rate) - time.monotonic(), 0))
                if reader.at_eof() or writer.is_closing():
                    return
                times.append(time.monotonic())
                writer.write(_event({"delta": {"content": say(number)}, "finish_reason": None}))
            writer.write(_event({"delta": {}, "finish_reason": "stop"}) + b"data: [DONE]\n\n")
            await writer.drain()
        finally:
            self.open -= 1


def _event(choice: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, **choice}]}).encode() + b"\n\n"


async def serve(port: int) -> None:
    server = await asyncio.start_server(Numbered().answer, "127.0.0.1", port, backlog=2048)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
