"""Bytes of tokens become text: no half characters ever, and nothing of a stop string."""

import codecs
from collections.abc import Sequence


class Utf8Assembler:
    """Joins the bytes of successive tokens and gives back only whole characters."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def feed(self, piece: bytes) -> str:
        """Text completed by `piece`; bytes of an unfinished character wait for the next call."""
        return self._decoder.decode(piece)


class StopMatcher:
    """Holds back text that may be the start of a stop string; with `include` a matched one is shown."""

    def __init__(self, stops: Sequence[str], *, include: bool = False) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._include = include
        self._held = ""
        self.matched: str | None = None

    def feed(self, text: str) -> str:
        """Text safe to show. After a match `matched` is set and nothing more is let through."""
        if not self._stops:
            return text
        if self.matched is not None:
            return ""
        self._held += text
        found = [(self._held.find(stop), stop) for stop in self._stops if stop in self._held]
        if found:
            position, self.matched = min(found, key=lambda pair: pair[0])
            end = position + len(self.matched) if self._include else position
            shown, self._held = self._held[:end], ""
            return shown
        keep = self._longest_start()
        shown = self._held[: len(self._held) - keep]
        self._held = self._held[len(self._held) - keep :]
        return shown

    def finish(self) -> str:
        """The held text, once no more can come."""
        shown, self._held = self._held, ""
        return shown

    def _longest_start(self) -> int:
        """Length of the longest end of the held text that begins a stop string."""
        longest = 0
        for stop in self._stops:
            for length in range(min(len(stop) - 1, len(self._held)), longest, -1):
                if self._held.endswith(stop[:length]):
                    longest = length
                    break
        return longest
