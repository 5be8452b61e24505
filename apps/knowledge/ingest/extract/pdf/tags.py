"""What a tagged PDF, as browsers and Word write it, says of its structure: headings, paragraphs, lists, cells."""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

_MOST, _DEEPEST = 20_000, 40  # elements of a page, and how deep they stand
_HEADING = re.compile(r"H([1-6])?|Title")
_BLOCKS = {"P", "LI", "BlockQuote", "Caption", "Code", "Note"}
_ARTIFACT = "Artifact"


@dataclass(frozen=True, slots=True)
class Tag:
    """What a piece of the page is of: `block` is the number of its paragraph, heading or list `item`, 0 for none;
    `level` that of a heading. A cell has its `table`, `row` and `column`; `header` where it names others.
    """

    block: int = 0
    level: int | None = None
    item: bool = False
    table: int = 0
    row: int = 0
    column: int = 0
    header: bool = False


NO_TAG = Tag()
ASIDE = Tag(block=-1)  # of the page, not of the text: a running head, a watermark


class Tags:
    """Those of one page; empty where it has none."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._by_id: dict[int, Tag] = {}
        self._count = 0
        if tree := pdfium_c.FPDF_StructTree_GetForPage(page):
            try:
                for place in range(pdfium_c.FPDF_StructTree_CountChildren(tree)):
                    self._walk(pdfium_c.FPDF_StructTree_GetChildAtIndex(tree, place), NO_TAG, 0)
            finally:
                pdfium_c.FPDF_StructTree_Close(tree)

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def of(self, page: pdfium.PdfTextPage, index: int) -> Tag:
        """Of the letter at `index`."""
        drawn = pdfium_c.FPDFText_GetTextObject(page, index)
        if not drawn:
            return NO_TAG
        content = pdfium_c.FPDFPageObj_GetMarkedContentID(drawn)
        return ASIDE if content < 0 and _is_aside(drawn) else self._by_id.get(content, NO_TAG)

    def _walk(self, element: Any, above: Tag, depth: int) -> None:
        self._count += 1
        if not element or self._count > _MOST or depth > _DEEPEST:
            return
        own = self._tag(_said(pdfium_c.FPDF_StructElement_GetType, element), above)
        for content in _contents(element):
            self._by_id[content] = own
        in_row = bool(own.row) and own.row == self._count
        for place in range(pdfium_c.FPDF_StructElement_CountChildren(element)):
            child = pdfium_c.FPDF_StructElement_GetChildAtIndex(element, place)
            self._walk(child, replace(own, column=place) if in_row else own, depth + 1)

    def _tag(self, kind: str, above: Tag) -> Tag:
        if kind == "Table":
            return Tag(table=self._count)
        if kind == "TR":
            return replace(above, row=self._count)
        if kind in {"TD", "TH"}:
            return replace(above, block=self._count, header=kind == "TH")
        if above.table or (above.item and kind == "P"):
            return above
        if heading := _HEADING.fullmatch(kind):
            return Tag(block=self._count, level=int(heading[1] or 1))
        return Tag(block=self._count, item=kind == "LI") if kind in _BLOCKS else above


def _contents(element: Any) -> Iterator[int]:
    """Of this page: an element that runs over two has the numbers of both, and each page counts from 0."""
    for place in range(min(_MOST, pdfium_c.FPDF_StructElement_CountChildren(element))):
        content = pdfium_c.FPDF_StructElement_GetChildMarkedContentID(element, place)
        if content >= 0:
            yield content


def _is_aside(drawn: Any) -> bool:
    length = ctypes.c_ulong()
    name = ctypes.create_string_buffer(2 * len(_ARTIFACT) + 2)
    for place in range(min(_DEEPEST, pdfium_c.FPDFPageObj_CountMarks(drawn))):
        mark = pdfium_c.FPDFPageObj_GetMark(drawn, place)
        into = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
        if (
            pdfium_c.FPDFPageObjMark_GetName(mark, into, len(name), length)
            and _text(name, length.value) == _ARTIFACT
        ):
            return True
    return False


def _said(ask: Any, element: Any) -> str:
    name = ctypes.create_string_buffer(64)
    return _text(name, ask(element, name, len(name)))


def _text(buffer: Any, length: int) -> str:
    return str(buffer.raw[: min(length, len(buffer))].decode("utf-16-le", "replace").rstrip("\0"))
