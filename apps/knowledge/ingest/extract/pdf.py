"""PDF: the text layer, page by page."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import groupby
from math import isfinite

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ..blocks import Block, Extracted, Refused, clean
from .headings import Line, find_headings
from .pdf_letters import LINE, letter, rules, words
from .pdf_tables import Grid, find_grids
from .text import HYPHEN, join_lines, paragraphs, with_text

MAX_PAGES = 2_000
MAX_CHARACTERS = 20_000_000
_READABLE = 0.7  # the least share of characters
_LOOKED_AT = 500  # characters of a page
LOOKED_AT_MOST = 200_000
"""Letters of a page; whoever puts more on one has no headings there."""


def check(data: bytes) -> None:
    """Raises Refused for what cannot be opened."""
    _opened(data).close()


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Refused("password" if "password" in str(error).lower() else "malformed", kind="PDF") from error
    if len(document) > MAX_PAGES:
        document.close()
        raise Refused("pages", limit=MAX_PAGES)
    return document


def extract(data: bytes) -> Extracted:
    with _opened(data) as document:
        pages, counted = zip(*_pages(document), strict=True)
        title = clean(document.get_metadata_dict().get("Title", ""))
    if not any(pages):
        raise Refused("no_text")
    looked, readable = (sum(counts) for counts in zip(*counted, strict=True))
    if readable < _READABLE * looked:
        raise Refused("garbled")
    furniture = _repeated_lines(pages)
    lines = [
        (number, line)
        for number, page in enumerate(pages, 1)
        for item in page
        for line in (_rows(item) if isinstance(item, Grid) else [item])
        if line.unit or _shape(line.text) not in furniture
    ]
    return Extracted(title, with_text(_blocks(lines)), pages=len(pages))


def _blocks(lines: list[tuple[int, Line]]) -> list[Block]:
    blocks: list[Block] = []
    at = 0
    for heading in find_headings([line for _page, line in lines]):
        blocks += _texts(lines[at : heading.start])
        page = lines[heading.start][0]
        text = reduce(join_lines, (clean(line.text) for _page, line in lines[heading.start : heading.end]))
        blocks.append(Block("heading", text, level=heading.level, page=page))
        at = heading.end
    return blocks + _texts(lines[at:])


def _texts(lines: list[tuple[int, Line]]) -> list[Block]:
    """Where letters look different, a line that stands alone is no heading: those look like some."""
    known = any(line.size for _page, line in lines)
    blocks: list[Block] = []
    for (page, unit), own in groupby(lines, key=lambda one: (one[0], one[1].unit)):
        if unit:
            blocks += [Block("unit", line.text, page=page) for _page, line in own]
        else:
            blocks += paragraphs(_joined(own), page, headings=not known)
    return blocks


def _rows(grid: Grid) -> Iterator[Line]:
    return (Line(text, grid.size, apart=True, unit=True) for text in grid.texts())


def _joined(lines: Iterable[tuple[int, Line]]) -> str:
    return "\n".join("\n" * line.apart + line.text for _page, line in lines)


def _pages(document: pdfium.PdfDocument) -> Iterator[tuple[list[Line | Grid], tuple[int, int]]]:
    grids: list[Grid] = []
    for index in range(len(document)):
        lines, counts = _page(document, index, grids[-1] if grids else None)
        grids = [item for item in lines if isinstance(item, Grid)]
        yield lines, counts


def _page(
    document: pdfium.PdfDocument, index: int, before: Grid | None
) -> tuple[list[Line | Grid], tuple[int, int]]:
    """Its lines and tables, and what `_readable` counts. `before` is the last table of the page before."""
    try:
        page = document[index]
        text_page = page.get_textpage()
        text, counts = text_page.get_text_range(), _readable(text_page)
        if len(text) > MAX_CHARACTERS:
            raise Refused("too_long")
        # Letters that the library leaves out would shift all that follow; then nothing is known of how they look.
        known = len(text) == text_page.count_chars() <= LOOKED_AT_MOST
        grids = _grids(page, text_page, text, before) if known else []
        return list(_lines(text_page, text, known, grids)), counts
    except pdfium.PdfiumError as error:
        raise Refused("malformed", kind="PDF") from error


def _grids(page: pdfium.PdfPage, letters: pdfium.PdfTextPage, text: str, before: Grid | None) -> list[Grid]:
    found = list(words(letters, text))
    if not all(isfinite(word.right - word.left) and isfinite(word.top - word.bottom) for word in found):
        return []
    level, upright = rules(page)
    return find_grids(found, level, lambda place: letter(letters, place)[1], before, upright)


def _readable(text: pdfium.PdfTextPage) -> tuple[int, int]:
    """How many of a page's first characters were looked at, and how many of them are letters of a known font.

    Without a map from its glyphs to letters a font gives the glyphs' numbers, which look like a text.
    """
    looked = readable = 0
    for index in range(min(text.count_chars(), _LOOKED_AT)):
        letter = chr(pdfium_c.FPDFText_GetUnicode(text, index))
        if not letter.isspace():
            looked += 1
            readable += letter.isprintable() and pdfium_c.FPDFText_HasUnicodeMapError(text, index) != 1
    return looked, readable


def _lines(page: pdfium.PdfTextPage, text: str, known: bool, grids: list[Grid]) -> Iterator[Line | Grid]:
    """Those with something on them; after an empty one a line is `apart`. Words parted at the end of a line are
    put together again. A table stands where its first line did.
    """
    tables = {line: grid for grid in grids for line in grid.lines}
    told: set[int] = set()
    held: Line | None = None
    apart = True
    for number, match in enumerate(LINE.finditer(text)):
        line = match.group(1)
        if number in tables:
            if held:
                yield held
            if id(tables[number]) not in told:
                yield tables[number]
            told.add(id(tables[number]))
            held, apart = None, True
            continue
        if not line.strip():
            apart = apart or bool(held)
            continue
        size, bold = _look(page, match.start(), line) if known else (0.0, False)
        if held and not apart and HYPHEN.search(held.text) and line.strip()[0].islower():
            held = replace(held, text=HYPHEN.sub("", held.text) + line.strip())
            continue
        if held:
            yield held
        held, apart = Line(line.strip(), size, bold, apart), False
    if held:
        yield held


def _look(page: pdfium.PdfTextPage, start: int, line: str) -> tuple[float, bool]:
    """How high letters of this font stand, and whether all that were looked at are bold."""
    first = start + len(line) - len(line.lstrip())
    last = start + len(line.rstrip()) - 1
    looked = [letter(page, index) for index in sorted({first, (first + last) // 2, last})]
    return min(size for size, _bold in looked), all(bold for _size, bold in looked)


def _repeated_lines(pages: Sequence[list[Line | Grid]]) -> set[str]:
    """Running heads and feet: the first or last line of more than half of at least four pages."""
    edges = [
        {_shape(line.text) for line in (page[0], page[-1]) if isinstance(line, Line)} for page in pages if page
    ]
    seen = Counter(shape for shapes in edges for shape in shapes)
    return {shape for shape, times in seen.items() if shape and len(pages) >= 4 and times * 2 > len(pages)}


def _shape(line: str) -> str:
    """A line with its page number taken out."""
    return re.sub(r"\d+", "#", clean(line))
