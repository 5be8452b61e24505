"""Word's XML as a reader sees it: what was struck out is gone, what was put in is there; boxes and footnotes."""

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ..blocks import clean

_PARAGRAPH, _TABLE, _BOX, _NOTE = qn("w:p"), qn("w:tbl"), qn("w:txbxContent"), qn("w:footnoteReference")
_AROUND = {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo"), qn("w:smartTag")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {qn("w:del"), qn("w:moveFrom"), _FALLBACK, _BOX, qn("w:pPr"), qn("w:rPr")}
_TEXT, _ID = qn("w:t"), qn("w:id")
_SIGNS = {qn("w:tab"): " ", qn("w:br"): " ", qn("w:cr"): " ", qn("w:noBreakHyphen"): "-"}


def parts_of(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those inside of content controls too."""
    for child in body.iterchildren():
        if child.tag in {_PARAGRAPH, _TABLE}:
            yield child
        elif child.tag in _AROUND:
            yield from parts_of(child)


def text_of(element: Any) -> str:
    """What a paragraph says, or all that stand in a cell."""
    return clean("".join(_said(element)))


def _said(element: Any) -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag == _TEXT:
            yield child.text or ""
        elif sign := _SIGNS.get(child.tag):
            yield sign
        elif child.tag not in _GONE:
            yield from _said(child)
            if child.tag == _PARAGRAPH:
                yield " "


def boxes_in(paragraph: Any) -> Iterator[str]:
    """What stands in text boxes that hang on a paragraph; each has a copy for old programs, which is left out."""
    for box in paragraph.iter(_BOX):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield from (text for one in box.iterchildren(_PARAGRAPH) if (text := text_of(one)))


def footnotes_of(part: Any) -> dict[str, str]:
    """The footnotes of a document, by their numbers."""
    for relation in part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            notes = parse_xml(relation.target_part.blob)
            return {note.get(_ID): text for note in notes.iterchildren() if (text := text_of(note))}
    return {}


def notes_in(paragraph: Any) -> Iterator[str]:
    """The numbers of the footnotes that a paragraph refers to."""
    return (note.get(_ID) for note in paragraph.iter(_NOTE))
