"""PDF: the text layer, page by page."""

import re
from collections import Counter
from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ..blocks import Block, Extracted, Refused, clean
from .text import paragraphs, with_text

MAX_PAGES = 2_000
MAX_CHARACTERS = 20_000_000
_READABLE = 0.7  # the least share of characters
_LOOKED_AT = 500  # characters of a page
_HYPHEN = re.compile(r"(\w)[\ufffe\u00ad-]\n(?=[a-z])")


def extract(data: bytes) -> Extracted:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Refused("password" if "password" in str(error).lower() else "malformed", kind="PDF") from error
    with document:
        if len(document) > MAX_PAGES:
            raise Refused("pages", limit=MAX_PAGES)
        pages, counted = zip(*(_page(document, index) for index in range(len(document))), strict=True)
        title = clean(document.get_metadata_dict().get("Title", ""))
    if not any(page.strip() for page in pages):
        raise Refused("no_text")
    looked, readable = (sum(counts) for counts in zip(*counted, strict=True))
    if readable < _READABLE * looked:
        raise Refused("garbled")
    furniture = _repeated_lines(pages)
    blocks: list[Block] = []
    for number, page in enumerate(pages, 1):
        kept = "\n".join(line for line in page.split("\n") if _shape(line) not in furniture)
        blocks += paragraphs(kept, page=number)
    return Extracted(title, with_text(blocks), pages=len(pages))


def _page(document: pdfium.PdfDocument, index: int) -> tuple[str, tuple[int, int]]:
    """Its text, and what `_readable` counts."""
    try:
        page = document[index].get_textpage()
        text, counts = page.get_text_range(), _readable(page)
    except pdfium.PdfiumError as error:
        raise Refused("malformed", kind="PDF") from error
    if len(text) > MAX_CHARACTERS:
        raise Refused("too_long")
    return _HYPHEN.sub(r"\1", text.replace("\r\n", "\n").replace("\r", "\n")), counts


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


def _repeated_lines(pages: Sequence[str]) -> set[str]:
    """Running heads and feet: the first or last line of more than half of at least four pages."""
    edges = [{_shape(lines[0]), _shape(lines[-1])} for page in pages if (lines := page.strip().split("\n"))]
    seen = Counter(shape for shapes in edges for shape in shapes)
    return {shape for shape, times in seen.items() if shape and len(pages) >= 4 and times * 2 > len(pages)}


def _shape(line: str) -> str:
    """A line with its page number taken out."""
    return re.sub(r"\d+", "#", clean(line))
