"""Headings that a file does not mark: short lines in larger or bolder letters than the rest, or numbered ones."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .text import FINISHED, width

MOST_COLUMNS = 100
LARGER = 1.15  # times the size of most letters
_DEEPEST = 6
_MOSTLY = 0.4  # of all letters: where so many are bold, bold says nothing
_MOST_LINES = 3
_BULLET = re.compile(r"[-*+•·▪◦–—]\s")
_NONE = re.compile(
    r"[-*+•·▪◦–—]\s|[(（\[]|[a-z]+\b(?![A-Z.])"
)  # these, asides, and what goes on from the line before
_COUNTED = re.compile(r"(?:\d{1,2}|[A-Z])[.．、]|\d{1,2}(?:\.\d{1,2})+\s")
_GOES_ON = re.compile(r"[a-z,;)]")
_QUESTION = re.compile(r"[?？][”’\"')）」』]*$")
_NUMBERED = (
    re.compile(r"\d{1,2}(?P<deeper>(?:\.\d{1,2}){1,4})\.?\s+(?=[^\W\d_])"),
    re.compile(r"第[一二三四五六七八九十百零〇\d]{1,5}[章节条編编篇部][分]?(?=\s|[^\W\d_])"),
    re.compile(r"[一二三四五六七八九十]{1,3}、(?=[^\W\d_])"),
    re.compile(r"(?i:chapter|section|article|part|appendix) (?:\d{1,3}|[IVXL]{1,6}|[A-H])\b"),
)


@dataclass(frozen=True)
class Line:
    """A line of a page, or a paragraph of a file without pages, which is `apart`: it does not go on from the one
    before. `size` is 0 where it is not known; `bold` when all of it is. What the file itself says to be a heading
    has its `level`; `unit` is a list item or a row, and no heading.
    """

    text: str
    size: float = 0.0
    bold: bool = False
    apart: bool = False
    level: int | None = None
    unit: bool = False


@dataclass(frozen=True)
class Heading:
    """The lines from `start` to `end` (not counted in) make one heading."""

    start: int
    end: int
    level: int


def find_headings(lines: Sequence[Line]) -> list[Heading]:
    """Those that the file does not name itself, in order, below those that it does. Something stands below each."""
    body = _body(lines)
    groups = _groups(lines, body)
    looks = sorted({_rank(lines[start]) for start, _end, depth in groups if not depth})
    kept: list[Heading] = []
    for start, end, depth in reversed(groups):
        level = len(looks) + depth if depth else 1 + looks.index(_rank(lines[start]))
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
class _Body:
    size: float
    bold: bool
    full: int  # columns of a line that ended because the page did


def _body(lines: Sequence[Line]) -> _Body:
    """How most letters look."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    letters = sizes.total()
    bold = sum(len(line.text) for line in lines if line.bold)
    widths = sorted(width(line.text) for line in lines)
    full = widths[len(widths) * 9 // 10] if widths else 0
    return _Body(sizes.most_common(1)[0][0] if sizes else 0.0, bold > _MOSTLY * letters, full)


def _rank(line: Line) -> tuple[float, bool]:
    return -line.size, not line.bold


def _groups(lines: Sequence[Line], body: _Body) -> list[tuple[int, int, int]]:
    """(first line, line after the last, depth of its number or 0 where its letters stand out)."""
    groups: list[tuple[int, int, int]] = []
    at = 0
    while at < len(lines):
        end, depth = at, 0
        if _stands_out(lines[at], body):
            end = _same_look(lines, at, body)
        elif depth := _depth(lines, at):
            end = at + 1
        if end > at and _begins(lines, at, body):
            groups.append((at, end, depth))
        at = max(end, at + 1)
    return groups


def _stands_out(line: Line, body: _Body, none: re.Pattern[str] = _NONE) -> bool:
    if line.unit or line.level is not None:
        return False
    larger = body.size > 0 and line.size >= LARGER * body.size
    bolder = line.bold and not body.bold and line.size >= body.size * 0.95
    return (larger or bolder) and _short(line.text, none)


def _short(text: str, none: re.Pattern[str] = _NONE) -> bool:
    if not 2 <= width(text) <= MOST_COLUMNS or none.match(text) or not re.search(r"[^\W\d_]", text):
        return False
    return not FINISHED.search(text) or bool(_QUESTION.search(text))


def _same_look(lines: Sequence[Line], at: int, body: _Body) -> int:
    """The end of a heading over several lines; `at` where what looks alike goes on as a text would."""
    end = at + 1
    while end < len(lines) and _rank(lines[end]) == _rank(lines[at]) and not lines[end].apart:
        if _COUNTED.match(lines[end].text):
            break  # the next heading
        if end - at == _MOST_LINES or not _stands_out(lines[end], body, _BULLET):
            return at
        end += 1
    return end


def _begins(lines: Sequence[Line], at: int, body: _Body) -> bool:
    """Whether the line before came to an end: its sentence did, or the line stopped well before the margin."""
    if at == 0 or lines[at].apart:
        return True
    before = lines[at - 1]
    larger = _rank(before) != _rank(lines[at]) and lines[at].size > body.size * 1.05
    return larger or bool(FINISHED.search(before.text)) or width(before.text) < 0.75 * body.full


def _depth(lines: Sequence[Line], at: int) -> int:
    """Of a short line that a number makes a heading: more than a list's, and no item stands right below it."""
    text = lines[at].text
    if (
        lines[at].unit
        or lines[at].level is not None
        or width(text) > 60
        or not _short(text)
        or at + 1 == len(lines)
    ):
        return 0
    for pattern in _NUMBERED:
        if match := pattern.match(text):
            if pattern.match(lines[at + 1].text):
                return 0
            return 1 + (match.groupdict().get("deeper") or "").count(".")
    return 0
