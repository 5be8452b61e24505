"""Reading a freely written answer while it streams: its citations get numbers in the order of first use."""

import re
from collections.abc import Sequence

from apps.knowledge.retrieval.types import RankedPassage

from ...models import Outcome
from ..fold import Folded
from ..pieces import Source, Text

EXCERPT = 240
# A citation, or a run of backticks: inside code, [1] is an index.
_MARK = re.compile(r"\[(\d{1,2})\]|`+")
# What may still become a mark when more text comes.
_OPEN = re.compile(r"(?:\[\d{0,2}|`+)$")


def _source(number: int, passage: RankedPassage) -> Source:
    return Source(number, passage, passage.text[:EXCERPT], passage.rows, passage.pages)


class CitationReader:
    """The same two calls as `LabelReader`, for models that are not held to a grammar."""

    label: str | None = None

    def __init__(self, passages: Sequence[RankedPassage], begun: Folded | None = None) -> None:
        """Of an answer that goes on behind `begun` the passages cited there come first, by their numbers."""
        self._passages = passages
        self._numbers = {source["number"]: source["number"] for source in begun.sources} if begun else {}
        self._held = ""
        self._fence = ""
        if begun:
            self._read(begun.text)  # inside code, [1] stays an index

    @property
    def outcome(self) -> str:
        """An answer that cites nothing is not an answer from the documents."""
        return Outcome.ANSWERED if self._numbers else Outcome.DECLINED

    def feed(self, text: str) -> list[Source | Text]:
        text = self._held + text
        opened = _OPEN.search(text)
        cut = opened.start() if opened else len(text)
        text, self._held = text[:cut], text[cut:]
        return self._read(text)

    def finish(self) -> list[Source | Text]:
        text, self._held = self._held, ""
        return self._read(text)

    def _read(self, text: str) -> list[Source | Text]:
        out: list[Source | Text] = []
        said = ""
        position = 0
        for mark in _MARK.finditer(text):
            said += text[position : mark.start()]
            position = mark.end()
            if mark[1] is None or self._fence:
                said += mark[0]
                self._toggle(mark[0])
                continue
            cited = int(mark[1])
            if not 1 <= cited <= len(self._passages):
                continue  # a number that was never given: the reader is spared it
            if cited not in self._numbers:
                passage = self._passages[cited - 1]
                self._numbers[cited] = len(self._numbers) + 1
                out += [Text(said)] if said else []
                out.append(_source(self._numbers[cited], passage))
                said = ""
            said += f"[{self._numbers[cited]}]"
        said += text[position:]
        return [*out, Text(said)] if said else out

    def _toggle(self, mark: str) -> None:
        if not mark.startswith("`"):
            return
        if not self._fence:
            self._fence = mark
        elif mark == self._fence or len(mark) > len(self._fence) > 2:  # a block's last fence may be a longer one
            self._fence = ""
