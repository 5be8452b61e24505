"""Server-sent events, as the OpenAI protocol uses them: JSON in `data:` lines, `[DONE]` at the end."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any


async def json_events(lines: AsyncIterator[str]) -> AsyncGenerator[dict[str, Any], None]:
    """The JSON objects of the stream, up to `[DONE]`; comments and other fields are skipped.

    Raises ValueError for data that is not JSON, TypeError for JSON that is not an object.
    """
    data: list[str] = []
    async for line in lines:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
            continue
        if line or not data:
            continue
        payload, data = "\n".join(data), []
        if payload == "[DONE]":
            return
        event = json.loads(payload)
        if not isinstance(event, dict):
            raise TypeError("an event of the stream is not an object")
        yield event
