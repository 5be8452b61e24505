"""A body that is too long is stopped while it arrives, not after it has filled the disk."""

import asyncio
from typing import Any

import pytest

from apps.core.body_limit import limit_body


async def echo(scope: Any, receive: Any, send: Any) -> None:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def status(chunks: list[bytes], headers: list[tuple[bytes, bytes]], *, longest: int = 10) -> tuple[int, int]:
    """The answer's status, and how many chunks were taken."""
    waiting, sent = list(chunks), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(limit_body(echo, longest)({"type": "http", "headers": headers}, receive, send))
    return sent[0]["status"], len(chunks) - len(waiting)


def test_a_body_within_the_limit_passes() -> None:
    assert status([b"12345", b"67890"], []) == (200, 2)


def test_a_chunked_body_without_a_length_is_stopped_at_the_limit() -> None:
    assert status([b"12345"] * 100, []) == (413, 3)


@pytest.mark.parametrize("declared", [b"11", b"-1", b"ten"])
def test_a_declared_length_is_judged_before_anything_is_read(declared: bytes) -> None:
    assert status([b"x"], [(b"content-length", declared)]) == (413, 0)
