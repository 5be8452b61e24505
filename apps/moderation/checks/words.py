"""Word lists in Chinese and English, found in one pass however many there are (Aho-Corasick)."""

import functools
from pathlib import Path
from typing import ClassVar

import ahocorasick_rs

from ..normal import term_normal
from ..word_files import CATEGORIES, words_read
from .base import Hit
from .parted import is_letter, is_long_enough, joined, may_be_spelled_on, parted_end

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
        self._automaton = ahocorasick_rs.AhoCorasick([term for term, _category in self.terms])
        self._prefixes = frozenset(term[:end] for term, _c in self.terms for end in range(1, len(term) + 1))
        self._longest = max((len(term) for term, _category in self.terms), default=0)

    def find(self, text: str) -> list[Hit]:
        """Terms of Latin letters count only as whole words: a list must not hit Scunthorpe."""
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        hits = [Hit(self.terms[term][1], start, end) for term, start, end in matches if _whole(text, start, end)]
        return hits + self._find_parted(text)

    def _find_parted(self, text: str) -> list[Hit]:
        """Those with something between their letters."""
        one = joined(text)
        if len(one.text) == len(text):
            return []
        hits = []
        for term, first, last in self._automaton.find_matches_as_indexes(one.text, overlapping=True):
            start, end = one.origin[first], one.origin[last - 1] + 1
            is_parted = end - start > last - first and is_long_enough(self.terms[term][0])
            if is_parted and one.is_one(first, last) and _whole(text, start, end):
                hits.append(Hit(self.terms[term][1], start, end))
        return hits

    def open_from(self, text: str) -> int:
        """The longest end of `text` that begins some term, or is one whose right neighbour is still unknown."""
        for start in range(max(0, len(text) - self._longest), len(text)):
            if text[start:] in self._prefixes:
                return min(start, self._parted_from(text))
        return self._parted_from(text)

    def _parted_from(self, text: str) -> int:
        """The same of what has something between its letters, or may have at its end."""
        if may_be_spelled_on(text):
            return min(self._parted_from(text[:-1]), self._parted_up_to(text))
        return self._parted_up_to(text)

    def _parted_up_to(self, text: str) -> int:
        behind = parted_end(text)
        one = joined(text.removesuffix(behind))
        if not behind and len(one.text) == len(text):
            return len(text)
        for start in range(max(0, len(one.text) - self._longest), len(one.text)):
            at = one.origin[start]
            if (
                one.text[start:] in self._prefixes
                and _begins(text, at)
                and one.may_be_one(start, len(one.text), behind)
            ):
                return at
        return len(text)


def _whole(text: str, start: int, end: int) -> bool:
    return _begins(text, start) and not (end < len(text) and is_letter(text[end]) and is_letter(text[end - 1]))


def _begins(text: str, start: int) -> bool:
    return start == 0 or not (is_letter(text[start - 1]) and is_letter(text[start]))
