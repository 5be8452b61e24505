"""Word's XML as a reader sees it: what was put in is there, boxes and footnotes too; what was struck out or is
hidden is gone, and so is how signs are pronounced.
"""

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from ...blocks import clean

_PARAGRAPH, _TABLE, _BOX, _NOTE = qn("w:p"), qn("w:tbl"), qn("w:txbxContent"), qn("w:footnoteReference")
_AROUND = {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo"), qn("w:smartTag")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {qn("w:del"), qn("w:moveFrom"), _FALLBACK, _BOX, qn("w:pPr"), qn("w:rPr"), qn("w:rt")}
_HIDDEN, _OFF = f"{qn('w:rPr')}/{qn('w:vanish')}", {"0", "false", "off"}
_TEXT, _ID, _VAL = qn("w:t"), qn("w:id"), qn("w:val")
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
        elif not _is_gone(child):
            yield from _said(child)
            if child.tag == _PARAGRAPH:
                yield " "


def _is_gone(element: Any) -> bool:
    if element.tag in _GONE:
        return True
    hidden = element.find(_HIDDEN)  # of a run
    return hidden is not None and hidden.get(_VAL) not in _OFF


def boxes_in(element: Any) -> Iterator[str]:
    """What stands in text boxes that hang on a paragraph, or on those of a table; each has a copy for old programs,
    which is left out.
    """
    for box in element.iter(_BOX):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield from (text for one in box.iterchildren(_PARAGRAPH) if (text := text_of(one)))


def footnotes_of(part: Any) -> dict[str, str]:
    """The footnotes of a document, by their numbers."""
    for relation in part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            notes = parse_xml(relation.target_part.blob)
            return {note.get(_ID): text for note in notes.iterchildren() if (text := text_of(note))}
    return {}


def notes_in(element: Any) -> Iterator[str]:
    """The numbers of the footnotes that a paragraph or a table refers to."""
    for child in element.iterchildren():
        if child.tag == _NOTE:
            yield child.get(_ID)
        elif not _is_gone(child):
            yield from notes_in(child)
