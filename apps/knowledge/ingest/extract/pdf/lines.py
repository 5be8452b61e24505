"""Lines of a PDF: where each stands, which are far enough from the one above to begin something, and the paragraphs
that they make.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from ...blocks import Block, Kind, clean
from ..headings import Heading, Line
from ..numbering import number_of
from ..text import FINISHED, WRAPPED_FROM, is_heading, join_wrapped, joined, width
from ..typed_steps import begins_item, number_before, unlisted
from .tags import NO_TAG, Tag

_APART = 1.2  # times the usual distance of lines: what stands farther from the line above begins a paragraph
_INDENT = 4.0  # points
_LEADING = 1.35  # times the letters' size, where no two lines of a paragraph tell
_MOSTLY = 0.4  # of all letters
_FULL, _HALF = 0.75, 0.5  # of the width of a full line


@dataclass(frozen=True)
class PageLine(Line):
    """`left` is where it begins, `foot` what its letters stand on, and `low` what its last one does, which is lower
    where a word was parted. What is `in_columns` without being a row is no heading for standing alone.
    """

    page: int = 0
    left: float = 0.0
    foot: float = 0.0
    low: float = 0.0
    tag: Tag = NO_TAG
    in_columns: bool = False


def spaced(lines: Sequence[PageLine]) -> list[PageLine]:
    """With those that stand `apart` from the line above, and those that begin a column or a page. Headings that the
    file names are none where most of it is.
    """
    letters, named = (sum(len(line.text) for line in some) for some in (lines, [one for one in lines if one.level]))
    if named > _MOSTLY * letters:
        lines = [replace(line, level=None) for line in lines]
    usual = _usual(lines)
    found = list(lines[:1])
    for above, line in pairwise(lines):
        distance = above.low - line.foot
        turned = above.page != line.page or (distance < -line.size and not (above.unit or line.unit))
        far = not turned and line.size > 0 and distance > _APART * usual[min(above.size, line.size)]
        parted = above.page == line.page and above.tag.block != line.tag.block and not _unfinished(above, line)
        apart = line.unit or (not turned and (line.apart or far or parted))
        found.append(replace(line, apart=apart, turned=turned))
    return found


def _unfinished(above: PageLine, line: PageLine) -> bool:
    """Whether a sentence goes on, whatever the file says of paragraphs: there are such as make one of each line."""
    return line.level is None and line.text[0].islower() and not FINISHED.search(above.text)


class _Distances(dict[float, float]):
    def __missing__(self, size: float) -> float:
        return _LEADING * size


def _usual(lines: Sequence[PageLine]) -> dict[float, float]:
    """By the size of letters, how far below each other lines of one paragraph stand."""
    seen: dict[float, list[float]] = defaultdict(list)
    for above, line in pairwise(lines):
        goes_on = above.size == line.size and not above.apart and not FINISHED.search(above.text)
        if goes_on and 0 < above.low - line.foot < 3 * line.size and width(above.text) >= WRAPPED_FROM:
            seen[line.size].append(above.low - line.foot)
    return _Distances({size: median(distances) for size, distances in seen.items()})


def tagged_headings(lines: Sequence[PageLine]) -> Iterator[Heading]:
    """Those that the file itself says to be headings."""
    at = 0
    for (level, *_block), own in groupby(lines, key=lambda line: (line.level, line.page, line.tag.block)):
        end = at + len(list(own))
        if level is not None:
            yield Heading(at, end, level)
        at = end


def paragraphs(lines: Sequence[PageLine], full: int, *, headings: bool) -> Iterator[Block]:
    """Blocks of text and list items; a line of the document is `full` from so many columns on. With `headings` a
    short line that stands alone is one.
    """
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and _goes_on(lines[at], lines[end - 1], lines[end], end - at, full):
            end += 1
        yield from _block(lines[at:end], alone=headings and _alone(lines, at, end))
        at = end


def _alone(lines: Sequence[PageLine], at: int, end: int) -> bool:
    """Whether one line stands apart from what is above and below."""
    if (
        lines[at].unit
        or lines[at].in_columns
        or end != at + 1
        or end == len(lines)
        or not (at == 0 or lines[at].apart or lines[at].turned)
    ):
        return False
    return lines[end].apart and is_heading(clean(lines[at].text))


def _goes_on(first: PageLine, above: PageLine, line: PageLine, count: int, full: int) -> bool:
    """Whether `line` belongs to the paragraph of the `count` lines from `first` to `above`."""
    if line.tag.block and above.tag.block == line.tag.block and above.page == line.page and not line.apart:
        return True
    if above.unit or line.unit or line.apart or _begins_item(line, first, above):
        return False
    is_full = width(above.text) >= _FULL * full
    if line.turned:
        goes_on = is_full or (count > 1 and not line.text[0].isupper())
        return goes_on and not FINISHED.search(above.text) and not _is_counted(line.text)
    indent = line.left - first.left
    if begins_item(first.text):
        return indent > _INDENT or not FINISHED.search(above.text)
    if FINISHED.search(above.text):
        return is_full and line.size == above.size and abs(line.left - above.left) < _INDENT
    wrapped = count > 1 or width(above.text) >= WRAPPED_FROM
    return is_full or wrapped or (line.size > 0 and width(above.text) >= _HALF * full)


def _is_counted(text: str) -> bool:
    """Whether a number begins a paragraph, or is all there is."""
    number = number_of(text)
    return text.isdigit() or (number is not None and not number.bare)


def _begins_item(line: PageLine, first: PageLine, above: PageLine) -> bool:
    """A number other than 1 begins none behind an unfinished line of a paragraph: "… at least ¥ / 20. Invoices"."""
    if not begins_item(line.text) or line.apart or begins_item(first.text) or FINISHED.search(above.text):
        return begins_item(line.text)
    return number_before(line.text) in {0, 1}


def _block(lines: Sequence[PageLine], *, alone: bool) -> Iterator[Block]:
    first, turns = lines[0], list[tuple[int, int]]()
    item = not first.unit and begins_item(first.text)
    said = [line.text for line in lines]
    said[0] = unlisted(first.text) if item else first.text
    parts = joined(said, join_wrapped)
    length, page = 0, first.page
    for line, part in zip(lines, parts, strict=True):
        if line.page != page:
            page = line.page
            turns.append((length, page))
        length += len(part)
    if text := clean("".join(parts)):
        kind: Kind = "heading" if alone else "unit" if first.unit or first.tag.item or item else "text"
        yield Block(kind, text, level=int(alone), page=first.page, turns=tuple(turns))
