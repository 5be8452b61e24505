"""Word lists in Chinese and English, found in one pass however many there are (Aho-Corasick)."""

import functools
from pathlib import Path
from typing import ClassVar

import ahocorasick_rs

from ..normal import normalise
from .base import Hit

_DATA = Path(__file__).resolve().parents[1] / "data"


def _is_word(character: str) -> bool:
    """Letters and digits of scripts that put spaces between words; Chinese characters are no such thing."""
    return character.isalnum() and character < "\u2e80"


@functools.cache
def _terms() -> tuple[tuple[str, str], ...]:
    """(normalised term, category) of the lists in data/: `category: term, term, …` lines, # for comments."""
    found: dict[str, str] = {}
    for path in sorted(_DATA.glob("words_*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                category, _colon, terms = line.partition(":")
                found.update({normalise(term.strip()).text: category.strip() for term in terms.split(",")})
    found.pop("", None)
    return tuple(found.items())


class WordCheck:
    name: ClassVar[str] = "words"
    rules: ClassVar[frozenset[str]] = frozenset({"slur", "abuse", "self_harm"})

    def __init__(self, terms: tuple[tuple[str, str], ...] | None = None) -> None:
        self.terms = _terms() if terms is None else terms
        self._automaton = ahocorasick_rs.AhoCorasick([term for term, _category in self.terms])
        self._prefixes = frozenset(term[:end] for term, _c in self.terms for end in range(1, len(term) + 1))
        self._longest = max(len(term) for term, _category in self.terms)

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
    left = start > 0 and _is_word(text[start - 1]) and _is_word(text[start])
    right = end < len(text) and _is_word(text[end]) and _is_word(text[end - 1])
    return not (left or right)
