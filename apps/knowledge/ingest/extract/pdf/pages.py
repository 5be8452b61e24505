"""PDF: the text layer, page by page."""

from collections.abc import Iterator
from math import isfinite

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ...blocks import Block, Extracted, Refused, clean
from ...titles import is_title
from ..headings import find_headings, full_width
from ..numbering import number_of
from ..text import join_wrapped, joined, with_text
from ..typed_steps import numbered_steps
from .edges import furniture
from .letters import LINE, begins, hyphened, letter, mended, rules, words
from .lines import PageLine, paragraphs, spaced, tagged_headings
from .tables import Grid, find_grids
from .tagged import tagged_grids
from .tags import ASIDE, NO_TAG, Tags

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
    lines = [
        [_rows(item, number) if isinstance(item, Grid) else [item] for item in page]
        for number, page in enumerate(pages, 1)
    ]
    left_out = furniture([[line for line in page if isinstance(line, PageLine)] for page in pages])
    kept = [line for page in lines for item in page for line in item if line not in left_out]
    blocks = with_text(numbered_steps(_blocks(spaced(kept))))
    return Extracted(title if is_title(title) else _own_title(blocks) or title, blocks, pages=len(pages))


def _own_title(blocks: list[Block]) -> str:
    """The heading that all others stand below, if there is one; it stays where it is, for its page."""
    if not blocks or blocks[0].kind != "heading" or number_of(blocks[0].text) is not None:
        return ""
    others = [block.level for block in blocks[1:] if block.kind == "heading"]
    return blocks[0].text if others and min(others) > blocks[0].level else ""


def _blocks(lines: list[PageLine]) -> list[Block]:
    """Where letters look different, a line that stands alone is no heading: those look like some."""
    found = sorted([*find_headings(lines), *tagged_headings(lines)], key=lambda heading: heading.start)
    full = full_width(lines)
    blocks: list[Block] = []
    at = 0
    for heading in found:
        blocks += paragraphs(lines[at : heading.start], full, headings=False)
        text = clean("".join(joined((line.text for line in lines[heading.start : heading.end]), join_wrapped)))
        blocks.append(Block("heading", text, level=heading.level, page=lines[heading.start].page))
        at = heading.end
    return blocks + list(paragraphs(lines[at:], full, headings=not found))


def _rows(grid: Grid, page: int) -> list[PageLine]:
    return [PageLine(text, grid.size, apart=True, unit=True, page=page) for text in grid.texts()]


def _pages(document: pdfium.PdfDocument) -> Iterator[tuple[list[PageLine | Grid], tuple[int, int]]]:
    grids: list[Grid] = []
    for index in range(len(document)):
        lines, counts = _page(document, index, grids[-1] if grids else None)
        grids = [item for item in lines if isinstance(item, Grid)]
        yield lines, counts


def _page(
    document: pdfium.PdfDocument, index: int, before: Grid | None
) -> tuple[list[PageLine | Grid], tuple[int, int]]:
    """Its lines and tables, and what `_readable` counts. `before` is the last table of the page before."""
    try:
        page = document[index]
        text_page = page.get_textpage()
        text, letters = text_page.get_text_range(), text_page.count_chars()
        if len(text) > MAX_CHARACTERS:
            raise Refused("too_long")
        counts = _readable(text_page, text if len(text) == letters else "")
        # Letters that the library leaves out would shift all that follow; then nothing is known of how they look.
        known = len(text) == letters <= LOOKED_AT_MOST
        tags = Tags(page) if known else None
        grids, refused = _grids(page, text_page, text, tags, before) if known else ([], set[int]())
        return list(_lines(text_page, index + 1, text, known, tags, grids, refused)), counts
    except pdfium.PdfiumError as error:
        raise Refused("malformed", kind="PDF") from error


def _grids(
    page: pdfium.PdfPage, letters: pdfium.PdfTextPage, text: str, tags: Tags | None, before: Grid | None
) -> tuple[list[Grid], set[int]]:
    """Its tables, and the lines that keep to columns but are none."""
    found = list(words(letters, text))
    if not all(isfinite(word.right - word.left) and isfinite(word.top - word.bottom) for word in found):
        return [], set()

    def bold(place: int) -> bool:
        return letter(letters, place)[1]

    if tags:
        tagged = [(word, tags.of(letters, word.place)) for word in found]
        if any(tag.table for _word, tag in tagged):
            return tagged_grids(tagged, bold, before), set()
    level, upright = rules(page)
    return find_grids(found, level, bold, before, upright)


def _readable(text: pdfium.PdfTextPage, said: str) -> tuple[int, int]:
    """How many of a page's first characters were looked at, and how many of them are letters of a known font.
    `said` is its text, where that is a character a letter.

    Without a map from its glyphs to letters a font gives the glyphs' numbers, which look like a text.
    """
    looked = readable = 0
    for index in range(min(text.count_chars(), _LOOKED_AT)):
        letter = said[index] if said else chr(pdfium_c.FPDFText_GetUnicode(text, index))
        if not letter.isspace():
            looked += 1
            readable += letter.isprintable() and pdfium_c.FPDFText_HasUnicodeMapError(text, index) != 1
    return looked, readable


def _lines(
    page: pdfium.PdfTextPage,
    number: int,
    text: str,
    known: bool,
    tags: Tags | None,
    grids: list[Grid],
    refused: set[int],
) -> Iterator[PageLine | Grid]:
    """Those with something on them; behind an empty one a line is `apart`. A table stands where its first line
    did.
    """
    known_words = hyphened(text)
    tables = {line: grid for grid in grids for line in grid.lines}
    told: set[int] = set()
    apart = False
    for place, match in enumerate(LINE.finditer(text)):
        line = match.group(1)
        if place in tables:
            if id(tables[place]) not in told:
                yield tables[place]
            told.add(id(tables[place]))
            apart = True
        elif not line.strip():
            apart = True
        else:
            first, line = match.start() + len(line) - len(line.lstrip()), line.strip()
            size, bold = _look(page, first, line) if known else (0.0, False)
            left, foot = begins(page, first) if known else (0.0, -float(place))
            tag = tags.of(page, first) if tags else NO_TAG
            if tag is not ASIDE:
                said = mended(line, known_words)
                low = begins(page, first + len(line) - 1)[1] if said != line and known else foot
                yield PageLine(
                    said,
                    size,
                    bold,
                    apart,
                    tag.level,
                    page=number,
                    left=left,
                    foot=foot,
                    low=low,
                    tag=tag,
                    in_columns=place in refused,
                )
            apart = False


def _look(page: pdfium.PdfTextPage, first: int, line: str) -> tuple[float, bool]:
    """The least size of the letters that were looked at, and whether all of them are bold."""
    last = len(line) - 1
    middle = next(at for at in range(last // 2, len(line)) if not line[at].isspace())  # a blank has no look
    looked = [letter(page, first + at) for at in sorted({0, middle, last})]
    return min(size for size, _bold in looked), all(bold for _size, bold in looked)
