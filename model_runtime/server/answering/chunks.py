"""The chunks of a stream. What is the same in all of them is encoded once, so that a token costs little."""

from typing import Protocol

from model_runtime.engine.request import Piece
from model_runtime.protocol.base import Metrics, Usage
from model_runtime.server.http.sse import encode


class Envelope:
    """What surrounds the choice of every chunk.

    With `usage` chunks hold the key of that name: null, or the counts so far if these are given.
    """

    def __init__(self, head: dict[str, object], *, usage: bool) -> None:
        self._open = f"data: {encode(head)[:-1]},"
        self.begin = self._open + '"choices":['
        self.end = '],"usage":null}\n\n' if usage else "]}\n\n"

    def end_with(self, prompt: int, written: int) -> str:
        """The end of a chunk that tells the counts so far."""
        counts = f'"prompt_tokens":{prompt},"completion_tokens":{written},"total_tokens":{prompt + written}'
        return f'],"usage":{{{counts}}}}}\n\n'

    def summary(self, usage: Usage, metrics: Metrics) -> str:
        """The last chunk, which has no choice."""
        facts = f'"choices":[],"usage":{usage.model_dump_json()},"metrics":{metrics.model_dump_json()}'
        return f"{self._open}{facts}}}\n\n"


class Chunks(Protocol):
    """How one endpoint words the parts of an answer; each method gives whole events, or nothing.

    `end` is the envelope's end for this chunk.
    """

    envelope: Envelope

    def opening(self, index: int, end: str) -> str:
        """What comes before the answer's text."""

    def piece(self, index: int, piece: Piece, end: str) -> str:
        """A piece of the answer."""

    def ending(self, index: int, reason: str, end: str) -> str:
        """The answer's end."""
