"""Headings that a file does not mark: short lines in larger or bolder letters than the rest, or numbered ones."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .numbering import ANY, Number, number_of
from .text import FINISHED, width

MOST_COLUMNS = 100
LARGER = 1.15  # times the size of most letters
_DEEPEST = 6
_MOSTLY = 0.4  # of all letters: where so many are bold, bold says nothing
_MOST_LINES = 3
_ENDS = 0.6  # of the width of a full line: one that is shorter did not end because the page did
_BULLET = re.compile(r"[-*+•·▪◦–—]\s")
_NONE = re.compile(
    r"[-*+•·▪◦–—]\s|[(（](?![一二三四五六七八九十]{1,3}[)）])|\[|[a-z]+\b(?![A-Z.])"
)  # these, asides, and what goes on from the line before
_GOES_ON = re.compile(r"[a-z,;)]")
_QUESTION = re.compile(r"[?？][”’\"')）」』]*$")


@dataclass(frozen=True)
class Line:
    """A line of a page, or a paragraph of a file without pages, which is `apart`: it does not go on from the one
    before. `size` is 0 where it is not known; `bold` when all of it is. What the file itself says to be a heading
    has its `level`; `unit` is a list item or a row, and no heading. What has `turned` begins a page or column.
    """

    text: str
    size: float = 0.0
    bold: bool = False
    apart: bool = False
    level: int | None = None
    unit: bool = False
    turned: bool = False


@dataclass(frozen=True)
class Heading:
    """The lines from `start` to `end` (not counted in) make one heading."""

    start: int
    end: int
    level: int


def find_headings(lines: Sequence[Line]) -> list[Heading]:
    """Those that the file does not name itself, in order, below those that it does. Something stands below each."""
    body = body_of(lines)
    groups = _groups(lines, body)
    looks = sorted({(_rank(lines[one.start]), one.depth) for one in groups if one.stands_out})
    places = {look: place for place, look in enumerate(looks, 1)}
    kept: list[Heading] = []
    for group in reversed(groups):
        start, end = group.start, group.end
        level = places[_rank(lines[start]), group.depth] if group.stands_out else len(looks) + group.depth
        one = Heading(start, end, min(_DEEPEST, level))
        following = kept[-1] if kept and kept[-1].start == end else None
        if end == len(lines) or lines[end].level is not None or (following and following.level <= one.level):
            continue  # it would be a heading of nothing, and its words of no passage
        if not lines[end].unit and _GOES_ON.match(lines[end].text):
            continue
        kept.append(one)
    above, levels = 0, []
    for line in lines:
        above = above if line.level is None else line.level
        levels.append(above)
    return [replace(one, level=one.level + levels[one.start]) for one in reversed(kept)]


@dataclass(frozen=True)
class Body:
    size: float
    bold: bool
    full: int  # columns of a line that ended because the page did


def body_of(lines: Sequence[Line]) -> Body:
    """How most letters look."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    letters = sizes.total()
    bold = sum(len(line.text) for line in lines if line.bold)
    return Body(sizes.most_common(1)[0][0] if sizes else 0.0, bold > _MOSTLY * letters, full_width(lines))


def full_width(lines: Sequence[Line]) -> int:
    """In columns, of a line that ended because the page did."""
    widths = sorted(width(line.text) for line in lines if not line.unit)
    return widths[len(widths) * 9 // 10] if widths else 0


def _rank(line: Line) -> tuple[float, bool]:
    return -line.size, not line.bold


@dataclass(frozen=True)
class _Group:
    """Lines that may be a heading, because they stand out or are numbered. `depth` is 1 where no number tells."""

    start: int
    end: int
    stands_out: bool
    depth: int = 1


def _groups(lines: Sequence[Line], body: Body) -> list[_Group]:
    found: list[tuple[int, int, bool, Number | None]] = []
    at = last = 0
    while at < len(lines):
        number = number_of(lines[at].text)
        stands_out = line_stands_out(lines[at], body)
        end = (
            _same_look(lines, at, body)
            if stands_out
            else at + bool(number and _heads(lines, at, number, last, body))
        )
        if end > at and _begins(lines, at, body):
            found.append((at, end, stands_out, number))
            last = number.first if number and number.first else last
        at = max(end, at + 1)
    decimals = any(number and not number.han and number.depth > 1 and not number.weak for *_, number in found)
    ways = sorted({number.depth for *_, number in found if number and number.han})
    return [
        _Group(start, end, stands_out, _depth(number, ways))
        for start, end, stands_out, number in found
        if stands_out or decimals or not (number and number.bare)
    ]


def _depth(number: Number | None, ways: Sequence[int]) -> int:
    if number is None:
        return 1
    return 1 + ways.index(number.depth) if number.han else number.depth + len(ways) * bool(number.single)


def line_stands_out(line: Line, body: Body, none: re.Pattern[str] = _NONE) -> bool:
    if line.unit or line.level is not None:
        return False
    larger = body.size > 0 and line.size >= LARGER * body.size
    bolder = line.bold and not body.bold and line.size >= body.size * 0.95
    return (larger or bolder) and _short(line.text, none)


def _short(text: str, none: re.Pattern[str] = _NONE) -> bool:
    if not 2 <= width(text) <= MOST_COLUMNS or none.match(text) or not re.search(r"[^\W\d_]", text):
        return False
    return not FINISHED.search(text) or bool(_QUESTION.search(text))


def _same_look(lines: Sequence[Line], at: int, body: Body) -> int:
    """The end of a heading over several lines; `at` where what looks alike goes on as a text would."""
    end = at + 1
    while end < len(lines) and _rank(lines[end]) == _rank(lines[at]) and not lines[end].apart:
        if ANY.match(lines[end].text):
            break  # the next heading
        if end - at == _MOST_LINES or not line_stands_out(lines[end], body, _BULLET):
            return at
        end += 1
    return end


def _begins(lines: Sequence[Line], at: int, body: Body) -> bool:
    """Whether the line before came to an end: its sentence did, or the line stopped well before the margin."""
    if at == 0 or lines[at].apart:
        return True
    before = lines[at - 1]
    larger = _rank(before) != _rank(lines[at]) and lines[at].size > body.size * 1.05
    return larger or bool(FINISHED.search(before.text)) or width(before.text) < 0.75 * body.full


def _heads(lines: Sequence[Line], at: int, number: Number, last: int, body: Body) -> bool:
    """Whether a number makes a heading of a short line: no item stands right below it. A single number, which may
    be a list's, goes on from the `last` one, and stands apart.
    """
    line, text = lines[at], lines[at].text
    if number.weak or line.unit or line.level is not None or width(text) > 60 or not _short(text):
        return False
    if at + 1 == len(lines) or _alike(number_of(lines[at + 1].text), number):
        return False
    if number.single and at and _alike(number_of(lines[at - 1].text), number):
        return False  # the last item of a list
    if not number.single:
        return True
    ends = lines[at + 1].apart or width(text) < _ENDS * body.full
    return (at == 0 or line.apart or line.turned) and ends and number.first in {1, last + 1}


def _alike(one: Number | None, other: Number) -> bool:
    return one is not None and replace(one, first=0) == replace(other, first=0)
