"""Word lists in Chinese and English, found in one pass however many there are (Aho-Corasick)."""

import functools
from pathlib import Path
from typing import ClassVar

import ahocorasick_rs

from ..normal import term_normal
from ..word_files import CATEGORIES, words_read
from .base import Hit

_DATA = Path(__file__).resolve().parents[1] / "data"


def is_letter(character: str) -> bool:
    """Letters and digits of scripts that put spaces between words; Chinese characters are no such thing."""
    return character.isalnum() and character < "\u2e80"


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
        self._automaton = ahocorasick_rs.AhoCorasick([term for term, _category in self.terms])
        self._prefixes = frozenset(term[:end] for term, _c in self.terms for end in range(1, len(term) + 1))
        self._longest = max((len(term) for term, _category in self.terms), default=0)

    def find(self, text: str) -> list[Hit]:
        """Terms of Latin letters count only as whole words: a list must not hit Scunthorpe."""
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [Hit(self.terms[term][1], start, end) for term, start, end in matches if _whole(text, start, end)]

    def open_from(self, text: str) -> int:
        """The longest end of `text` that begins some term, or is one whose right neighbour is still unknown."""
        for start in range(max(0, len(text) - self._longest), len(text)):
            if text[start:] in self._prefixes:
                return start
        return len(text)


def _whole(text: str, start: int, end: int) -> bool:
    left = start > 0 and is_letter(text[start - 1]) and is_letter(text[start])
    right = end < len(text) and is_letter(text[end]) and is_letter(text[end - 1])
    return not (left or right)
