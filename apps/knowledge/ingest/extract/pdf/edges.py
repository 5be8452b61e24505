"""What stands at the edges of pages and belongs to none: running heads and feet, and page numbers.

Text that was left out is lost, so what may be some is kept: headings that are counted, sentences, prices.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from ...blocks import clean
from ..headings import Body, body_of, line_stands_out
from ..numbering import number_of
from ..text import FINISHED, width
from .lines import PageLine

_ROWS = 2  # at the top of a page, and at its foot
_SAME_ROW = 3.0  # points
_ROOM = 1.7  # times the size of letters
_PAGES, _SHARE = 3, 0.25  # that say the same at the same height
_RUNNING, _FULL = 2, 0.75  # pages that begin within a sentence; of the width of a full line
_NUMBER = re.compile(r"\d+")
_DIGITS = 3  # of a page's number, where the document has no more pages: what has more is a year or an invoice's
_BESIDE = re.compile(r"pages?|of|pg?\.?|[第页頁共总]|[\s\d，·•|/／()（）\[\]~―–—-]", re.I)  # beside its number
_NAMED = re.compile(r"[^\W\d]+ ?\d+|第 ?\d+ ?[^\W\d]{1,2}")  # Day 1, 第3天: at the top more likely a heading
_SIGNED = re.compile(r"\D*\w\s*[·•|–—]\s*(?:page |p\. ?|第 ?)?\d+(?: ?页)?(?: ?(?:of|/) ?\d+)?", re.I)
_OWNED = re.compile(r"©|\(c\)|copyright|rights reserved|confidential|版权|保密", re.I)

Said = dict[str, list[PageLine]]  # lines at one height, by what they say without their numbers


def furniture(pages: Sequence[Sequence[PageLine]]) -> set[PageLine]:
    """`pages` are the lines of each. At least three of them say the same at the same height, or have a number there
    that grows as the pages do; of what is nothing but a page's number two are enough.
    """
    body = body_of(list(chain.from_iterable(pages)))
    places: dict[tuple[bool, int], Said] = defaultdict(lambda: defaultdict(list))
    within: list[list[PageLine]] = []
    for lines in pages:
        edges = list(_edges(lines))
        for is_top, line in edges:
            places[is_top, round(line.foot)][_NUMBER.sub("\0", clean(line.text))].append(line)
        outer = {line for _is_top, line in edges}
        within.append([line for line in lines if line not in outer])
    running = {
        one[0].page for above, one in pairwise(within) if above and one and _goes_on(above[-1], one[0], body)
    }
    found = set[PageLine]()
    for (is_top, _height), said in places.items():
        found |= _repeated(chain.from_iterable(said.values()), len(pages), body)
        found |= _numbers(said, len(pages))
        found |= _counted(said, len(pages), body, running, is_top=is_top)
        found |= set() if is_top else _signed(said, len(pages))
    return found


def _edges(lines: Sequence[PageLine]) -> Iterator[tuple[bool, PageLine]]:
    """The outermost lines, as far as there is more room behind them than between lines of a text."""
    for is_top in (True, False):
        rows = _rows(sorted(lines, key=lambda line: line.foot, reverse=is_top))
        gaps = [abs(one[0].foot - other[0].foot) > _ROOM * one[0].size for one, other in pairwise(rows)]
        outer = max((place for place, gap in enumerate(gaps[:_ROWS], 1) if gap), default=0)
        yield from ((is_top, line) for row in rows[:outer] for line in row)


def _rows(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    rows: list[list[PageLine]] = []
    for line in lines:
        if rows and abs(rows[-1][0].foot - line.foot) <= _SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _repeated(lines: Iterable[PageLine], pages: int, body: Body) -> set[PageLine]:
    """What is said word for word. A sentence in the text's own letters may be true of each of the pages."""
    same: dict[str, list[PageLine]] = defaultdict(list)
    for line in lines:
        text = clean(line.text)
        if not FINISHED.search(text) or line.size < body.size or _OWNED.search(text):
            same[text].append(line)
    return {line for said in same.values() if _on_enough(said, pages) for line in said}


def _numbers(said: Said, pages: int) -> set[PageLine]:
    """Lines that are nothing but a page's number; in what was put together of several files it begins anew."""
    return {
        line
        for lines in said.values()
        if all(_is_page_number(line, pages) for line in lines)
        if _on_enough(lines, pages) or _offset(lines, pages) is not None
        for line in lines
    }


def _signed(said: Said, pages: int) -> set[PageLine]:
    """Of a document of two pages "Name · 1" and "Name · 2" at the foot are its name with their numbers."""
    return {
        line
        for lines in said.values()
        if pages == len(lines) == 2 and _offset(lines, pages) == 0
        if all(_SIGNED.fullmatch(clean(line.text)) for line in lines)
        for line in lines
    }


def _goes_on(above: PageLine, line: PageLine, body: Body) -> bool:
    """Whether a sentence runs from one page to the next, so that no heading stands between."""
    unfinished = width(above.text) >= _FULL * body.full and not FINISHED.search(above.text)
    return unfinished and not above.text[-1].isdigit() and not (line.text[0].isupper() or line.text[0].isdigit())


def _counted(said: Said, pages: int, body: Body, running: set[int], *, is_top: bool) -> set[PageLine]:
    """Running heads with the page's number; those of left and right pages, which say other things, count as one.
    `running` are the pages that begin within a sentence: what stands on several of them is no heading.
    """
    by_offset: dict[int, list[PageLine]] = defaultdict(list)
    for lines in said.values():
        offset = _offset(lines, pages)
        between = len({line.page for line in lines} & running) >= _RUNNING
        if offset is not None and (between or not any(_may_be_heading(line, body, is_top) for line in lines)):
            by_offset[offset] += lines
    return {line for lines in by_offset.values() if _on_enough(lines, pages) for line in lines}


def _may_be_heading(line: PageLine, body: Body, is_top: bool) -> bool:
    number = number_of(line.text)
    numbered = number is not None and not number.bare  # "2 Handbook" is a page's number before its head
    named = is_top and _NAMED.fullmatch(clean(line.text)) is not None
    return line.level is not None or line_stands_out(line, body) or numbered or named


def _on_enough(lines: Iterable[PageLine], pages: int) -> bool:
    told = len({line.page for line in lines})
    return told >= _PAGES and told >= _SHARE * pages


def _offset(lines: Sequence[PageLine], pages: int) -> int | None:
    """How far one of the numbers in lines of two pages or more is ahead of the page, always."""
    if len({line.page for line in lines}) < 2:
        return None
    for column in zip(*map(_numbers_in, lines), strict=True):
        if all(_may_be_page(number, pages) for number in column):
            ahead = {int(number) - line.page for number, line in zip(column, lines, strict=True)}
            if len(ahead) == 1:
                return ahead.pop()
    return None


def _is_page_number(line: PageLine, pages: int) -> bool:
    numbers = _numbers_in(line)
    rest = _BESIDE.sub("", line.text)
    return not rest and 1 <= len(numbers) <= 2 and all(_may_be_page(number, pages) for number in numbers)


def _may_be_page(number: str, pages: int) -> bool:
    return len(number) <= max(_DIGITS, len(str(pages)))


def _numbers_in(line: PageLine) -> list[str]:
    return _NUMBER.findall(clean(line.text))
