"""Frames of the chat's socket as the page reads them."""

from typing import Any


def opened(frame: Any, names: dict[int, str]) -> dict[str, Any]:
    """A frame in its long form. `names` is the connection's: which generation a short frame's number stands for."""
    if isinstance(frame, list):
        number, seq, text = frame
        event = {"kind": "delta", "text": text}
        return {"type": "event", "generation": names[number], "seq": seq, "event": event}
    if "as" in frame:
        names[frame.pop("as")] = frame["generation"]
    return dict(frame)
