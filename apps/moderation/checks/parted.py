"""Listed terms with something put between their letters or words: 臭 图 书 馆, snorbel-fax, kill⏎time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import ahocorasick_rs

from .gaps import (
    GAP,
    is_letter,
    is_one_clause,
    is_whole_spelling,
    is_word,
    may_follow,
    may_part_letters,
    may_part_words,
    open_ends,
)

_SHORTEST = 3  # letters of a Latin term that is looked for so


@dataclass(frozen=True)
class Met:
    """The term of this number stands in text[start:end]."""

    term: int
    start: int
    end: int


class PartedTerms:
    """Terms in normal form. One that has a sign of `GAP` itself is found only as it is written."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._terms: dict[str, list[tuple[int, str]]] = defaultdict(list)  # by their letters: (number, shape)
        self._begun: dict[str, set[str]] = defaultdict(set)  # the same of all that begins one
        for number, term in enumerate(terms):
            shape = " ".join(term.split())
            if not GAP.search(shape.replace(" ", "")):
                self._terms[_letters(shape)].append((number, shape))
                for end in range(1, len(shape) + 1):
                    self._begun[_letters(shape[:end])].add(shape[:end])
        self._automaton = ahocorasick_rs.AhoCorasick(list(self._terms))
        self._known = list(self._terms.values())
        self._longest = max(map(len, self._terms), default=0)

    def find(self, text: str) -> Iterator[Met]:
        """Those that stand in `text` otherwise than they are listed."""
        alone = _alone(text)
        if len(alone.text) == len(text):
            return
        for known, first, last in self._automaton.find_matches_as_indexes(alone.text, overlapping=True):
            start, end = alone.origin[first], alone.origin[last - 1] + 1
            if end - start == last - first or not is_whole(text, start, end):
                continue
            for number, shape in self._known[known]:
                if text[start:end] != shape and _is_long_enough(shape) and alone.is_term(first, shape):
                    yield Met(number, start, end)

    def open_from(self, text: str) -> int:
        """The longest end of `text` that begins some term so, or is one of which what follows decides."""
        return min(self._open_from(text[:end], len(text)) for end in open_ends(text))

    def _open_from(self, text: str, none: int) -> int:
        alone = _alone(text)
        if len(alone.text) == len(text):
            return none
        for start in range(max(0, len(alone.text) - self._longest), len(alone.text)):
            shapes = self._begun.get(alone.text[start:], ())
            at = alone.origin[start]
            if shapes and begins(text, at) and any(alone.begins(start, shape) for shape in shapes):
                return at
        return none


@dataclass
class _Gaps:
    """What stands between the letters of a term: of Latin ones by word, of Chinese ones together."""

    words: list[list[str]] = field(default_factory=lambda: [[]])
    chinese: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Alone:
    """A text without blanks and the signs that hide words: `text[i]` is `of[origin[i]]`."""

    of: str
    text: str
    origin: list[int]

    def is_term(self, first: int, shape: str) -> bool:
        """Whether what stands at `first` is the term, and neither part of a longer word nor of two clauses."""
        gaps = self._gaps(first, shape)
        if gaps is None or not all(map(is_word, gaps.words)):
            return False
        start, end = self.origin[first], self.origin[first + len(_letters(shape)) - 1] + 1
        return is_one_clause(self.of, end, gaps.chinese) and is_whole_spelling(
            self.of, start, end, gaps.words[0], gaps.words[-1]
        )

    def begins(self, first: int, shape: str) -> bool:
        """Whether all from `first` on, with what stands at the end, may be a term's beginning, which `shape` is."""
        gaps = self._gaps(first, shape)
        if gaps is None:
            return False
        if end := self.of[self.origin[-1] + 1 :]:
            last = shape[-1]
            if last == " ":
                return all(map(is_word, gaps.words)) and may_part_words(end, is_whole=False)
            if not may_follow(last, end):
                return False
            if is_letter(last):
                gaps.words[-1].append(end)
        return all(map(is_word, gaps.words))

    def _gaps(self, first: int, shape: str) -> _Gaps | None:
        """None where something in `shape`'s place cannot be a gap of it."""
        gaps, at, before, is_new_word = _Gaps(), first, "", False
        for letter in shape:
            if letter == " ":
                is_new_word = True
                continue
            if before:
                gap = self.of[self.origin[at] + 1 : self.origin[at + 1]]
                at += 1
                if is_new_word:
                    if not may_part_words(gap):
                        return None
                    gaps.words.append([])
                elif not may_part_letters(before, gap, letter):
                    return None
                elif is_letter(before) and is_letter(letter):
                    gaps.words[-1].append(gap)
                elif not is_letter(before) and not is_letter(letter):
                    gaps.chinese.append(gap)
            before, is_new_word = letter, False
        return gaps


def is_whole(text: str, start: int, end: int) -> bool:
    """Latin letters count only as whole words: a list must not hit Scunthorpe."""
    return begins(text, start) and not (end < len(text) and is_letter(text[end]) and is_letter(text[end - 1]))


def begins(text: str, start: int) -> bool:
    return start == 0 or not (is_letter(text[start - 1]) and is_letter(text[start]))


def _alone(text: str) -> _Alone:
    kept: list[str] = []
    origin: list[int] = []
    last = 0
    for gap in GAP.finditer(text):
        kept.append(text[last : gap.start()])
        origin += range(last, gap.start())
        last = gap.end()
    return _Alone(text, "".join([*kept, text[last:]]), [*origin, *range(last, len(text))])


def _letters(shape: str) -> str:
    return shape.replace(" ", "")


def _is_long_enough(shape: str) -> bool:
    return not is_letter(shape[0]) or len(_letters(shape)) >= _SHORTEST
