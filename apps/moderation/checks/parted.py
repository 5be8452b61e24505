"""Listed terms with something put between their letters or words: 臭 图 书 馆, snorbel-fax, kill⏎time."""

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import ahocorasick_rs

from .gaps import GAP, is_letter, is_one_clause, is_word, may_follow, may_part_letters, may_part_words
from .spelled import NEIGHBOUR, goes_on_before, goes_on_behind, open_ends

_SHORTEST = 3  # letters of a Latin term that is looked for so
_NO_TERM = -1
_NEIGHBOURS = ("you",)  # spelled out they stand beside a term as another term may: f u c k y o u


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
        for word in _NEIGHBOURS:
            self._terms[word].append((_NO_TERM, word))
        self._automaton = ahocorasick_rs.AhoCorasick(list(self._terms))
        self._known = list(self._terms.values())
        self._longest = max(map(len, self._terms))

    def find(self, text: str) -> Iterator[Met]:
        """Those that stand in `text` otherwise than they are listed."""
        alone = _alone(text)
        if len(alone.text) == len(text):
            return
        if not (met := list(self._met(alone))):
            return
        spelled = [(first, last) for _each, first, last, _words in met if alone.is_spelled(first, last)]
        firsts, lasts = {first for first, _last in spelled}, {last for _first, last in spelled}
        for each, first, last, words in met:
            if each.term == _NO_TERM:
                continue
            if first not in lasts and goes_on_before(text, each.start, words[0]):
                continue
            if last not in firsts and goes_on_behind(text, each.end, words[-1]):
                continue
            yield each

    def _met(self, alone: "_Alone") -> Iterator[tuple[Met, int, int, list[list[str]]]]:
        """What is met, whatever stands beside it; with the place of its letters and the gaps of its Latin words."""
        for known, first, last in self._automaton.find_matches_as_indexes(alone.text, overlapping=True):
            start, end = alone.origin[first], alone.origin[last - 1] + 1
            if end - start == last - first or not is_whole(alone.of, start, end):
                continue
            for number, shape in self._known[known]:
                if alone.of[start:end] != shape and _is_long_enough(shape):
                    gaps = alone.gaps(first, shape)
                    if gaps and all(map(is_word, gaps.words)) and is_one_clause(alone.of, end, gaps.chinese):
                        yield Met(number, start, end), first, last, gaps.words

    def open_from(self, text: str) -> int:
        """The longest end of `text` that begins some term so, or is one of which what follows decides."""
        alone = _alone(text)
        if len(alone.text) == len(text):
            return len(text)
        begun = self._begun_from(alone)
        return min([begun, *[self._ended_from(alone, end) for end in ends]]) if (ends := open_ends(text)) else begun

    def _begun_from(self, alone: "_Alone") -> int:
        for start in range(max(0, len(alone.text) - self._longest), len(alone.text)):
            shapes = self._begun.get(alone.text[start:], ())
            at = alone.origin[start]
            if shapes and begins(alone.of, at) and any(alone.begins(start, shape) for shape in shapes):
                return at
        return len(alone.of)

    def _ended_from(self, alone: "_Alone", end: int) -> int:
        """Where the longest term begins that ends at `end`."""
        last = bisect.bisect_left(alone.origin, end)
        for start in range(max(0, last - self._longest), last):
            if any(alone.gaps(start, shape) for _number, shape in self._terms.get(alone.text[start:last], ())):
                return alone.origin[start]
        return len(alone.of)


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

    def is_spelled(self, first: int, last: int) -> bool:
        """Whether Latin letters stand there with something between all of them, near enough for a window."""
        places = self.origin[first:last]
        return (
            places[-1] - places[0] < NEIGHBOUR
            and all(right - left > 1 for left, right in itertools.pairwise(places))
            and all(map(is_letter, self.text[first:last]))
        )

    def begins(self, first: int, shape: str) -> bool:
        """Whether all from `first` on, with what stands at the end, may be a term's beginning, which `shape` is."""
        gaps = self.gaps(first, shape)
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

    def gaps(self, first: int, shape: str) -> _Gaps | None:
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
