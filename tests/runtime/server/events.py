"""Reads streams."""

import json
from typing import Any

import httpx


def chunks(response: httpx.Response) -> list[Any]:
    """The events of a stream: objects, and the string [DONE] if it ended well."""
    lines = [line.removeprefix("data: ") for line in response.text.split("\n") if line and line[0] != ":"]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]
