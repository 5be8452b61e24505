"""PDF: the text layer, page by page."""

import re
from collections import Counter

import pypdfium2 as pdfium

from ..blocks import Block, Extracted, Refused, clean
from .text import paragraphs, with_text

MAX_PAGES = 2_000
MAX_CHARACTERS = 20_000_000
_HYPHEN = re.compile(r"(\w)[\ufffe\u00ad-]\n(?=[a-z])")


def extract(data: bytes) -> Extracted:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Refused("password" if "password" in str(error).lower() else "malformed", kind="PDF") from error
    with document:
        if len(document) > MAX_PAGES:
            raise Refused("pages", limit=MAX_PAGES)
        pages = [_page_text(document, index) for index in range(len(document))]
        title = clean(document.get_metadata_dict().get("Title", ""))
    if not any(page.strip() for page in pages):
        raise Refused("no_text")
    furniture = _repeated_lines(pages)
    blocks: list[Block] = []
    for number, page in enumerate(pages, 1):
        kept = "\n".join(line for line in page.split("\n") if _shape(line) not in furniture)
        blocks += paragraphs(kept, page=number)
    return Extracted(title, with_text(blocks), pages=len(pages))


def _page_text(document: pdfium.PdfDocument, index: int) -> str:
    try:
        page = document[index]
        text = page.get_textpage().get_text_range()
    except pdfium.PdfiumError as error:
        raise Refused("malformed", kind="PDF") from error
    if len(text) > MAX_CHARACTERS:
        raise Refused("too_long")
    return _HYPHEN.sub(r"\1", text.replace("\r\n", "\n").replace("\r", "\n"))


def _repeated_lines(pages: list[str]) -> set[str]:
    """Running heads and feet: the first or last line of more than half of at least four pages."""
    edges = [{_shape(lines[0]), _shape(lines[-1])} for page in pages if (lines := page.strip().split("\n"))]
    seen = Counter(shape for shapes in edges for shape in shapes)
    return {shape for shape, times in seen.items() if shape and len(pages) >= 4 and times * 2 > len(pages)}


def _shape(line: str) -> str:
    """A line with its page number taken out."""
    return re.sub(r"\d+", "#", clean(line))
