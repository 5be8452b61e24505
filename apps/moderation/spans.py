"""Cutting a text for classifiers: as many whole sentences as fit, each piece with a little of what stood before."""

import re
from dataclasses import dataclass

# A full stop ends a sentence only with a space behind it: 3.5 and parley.example go on.
_END = re.compile(r"[。！？!?…]+[”’」』）)\"']*|\n+|\.[”’)\"']*(?=\s)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Span:
    """`text` is what is classified: text[start:end], behind the words before it."""

    start: int
    end: int
    text: str

    def moved(self, by: int) -> "Span":
        return Span(self.start + by, self.end + by, self.text)


def spans(text: str, limit: int, before: str = "") -> list[Span]:
    """All of `text` in pieces of at most `limit` bytes of UTF-8, cut at sentences where there are any.

    A quarter of each is for what stood before it (`before` for the first one), so that a cut hides nothing.
    """
    found: list[Span] = []
    start = 0
    while start < len(text):
        end = start + _piece(text[start:], limit)
        found.append(Span(start, end, _tail(before + text[:start], limit // 4) + text[start:end]))
        start = end
    return found


def settled(text: str, limit: int) -> int:
    """How much of a text that is still being written is complete: whole sentences, or a piece that is full."""
    ends = [match.end() for match in _END.finditer(text)]
    if ends:
        return ends[-1]
    return _piece(text, limit) if _fitting(text, limit) < len(text) else 0


def _piece(text: str, limit: int) -> int:
    """How many characters the next piece has; at least one."""
    most = _fitting(text, limit)
    if most == len(text):
        return most
    for pattern in (_END, _SPACE):
        ends = [match.end() for match in pattern.finditer(text, 0, most)]
        if ends:
            return ends[-1]
    return most


def _fitting(text: str, limit: int) -> int:
    """Characters that take three quarters of `limit` bytes at most; at least one."""
    encoded = text[:limit].encode()[: limit * 3 // 4]
    return max(1, len(encoded.decode(errors="ignore")))


def _tail(text: str, most: int) -> str:
    """The end of `text` within `most` bytes: its last sentence, or as much of that as there is room for."""
    tail = text[-most:].encode()[-most:].decode(errors="ignore")
    begun = [match.end() for match in _END.finditer(tail) if tail[match.end() :].strip()]
    return tail[begun[-1] :].lstrip() if begun else tail
