"""Word lists in Chinese and English, found in one pass however many there are (Aho-Corasick)."""

import functools
from pathlib import Path
from typing import ClassVar

import ahocorasick_rs

from ..normal import term_normal
from ..word_files import CATEGORIES, words_read
from .base import Hit
from .parted import PartedTerms, is_whole

_DATA = Path(__file__).resolve().parents[1] / "data"


@functools.cache
def shipped() -> dict[str, tuple[str, str]]:
    """The release's lists in data/: normalised term -> (term, category)."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(_DATA.glob("words_*.txt")))
    return {term_normal(term): (term, category) for text in texts for term, category in words_read(text)}


class WordCheck:
    name: ClassVar[str] = "words"
    rules: ClassVar[tuple[str, ...]] = CATEGORIES
    stages: ClassVar[tuple[str, ...]] = ("input", "output")

    def __init__(self, terms: tuple[tuple[str, str], ...] | None = None) -> None:
        """`terms` are (normalised term, category); by default the release's."""
        self.terms = (
            tuple((normal, category) for normal, (_term, category) in shipped().items()) if terms is None else terms
        )
        listed = [term for term, _category in self.terms]
        self._automaton = ahocorasick_rs.AhoCorasick(listed)
        self._prefixes = frozenset(term[:end] for term in listed for end in range(1, len(term) + 1))
        self._longest = max(map(len, listed), default=0)
        self._parted = PartedTerms(listed)

    def find(self, text: str) -> list[Hit]:
        """Terms as they are listed, and those with something between their letters or words."""
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        met = [each for each in matches if is_whole(text, each[1], each[2])]
        met += [(each.term, each.start, each.end) for each in self._parted.find(text)]
        return [Hit(self.terms[number][1], start, end, self.terms[number][0]) for number, start, end in met]

    def open_from(self, text: str) -> int:
        """The longest end of `text` that begins some term, or is one whose right neighbour is still unknown."""
        for start in range(max(0, len(text) - self._longest), len(text)):
            if text[start:] in self._prefixes:
                return min(start, self._parted.open_from(text))
        return self._parted.open_from(text)
