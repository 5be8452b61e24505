"""Server-sent events."""

import json
from typing import Any

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
DONE = b"data: [DONE]\n\n"
COMMENT = b": waiting\n\n"
"""What clients skip, by the standard."""

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""JSON on one line."""


def event(data: dict[str, Any]) -> bytes:
    """One event with a JSON body."""
    return f"data: {encode(data)}\n\n".encode()
