"""Faces and languages: Word chooses a face for each script by itself, if the styles say which."""

import re
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from apps.core.language import Language, detect_language

LATIN, CHINESE, MONO = "Calibri", "等线", "Consolas"
TAGS: dict[Language, str] = {"en": "en-GB", "zh": "zh-CN"}
CODE = "Code"
HEADINGS = {"Title": 22, "Heading 1": 15, "Heading 2": 13, "Heading 3": 12, "Heading 4": 11}
INK, LINE = RGBColor(0x1C, 0x1E, 0x21), RGBColor(0xDD, 0xDB, 0xD5)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML holds these


def new_document(language: Language) -> Document:
    """An empty document of A4 pages whose styles name a face for Latin and one for Chinese letters."""
    document = docx.Document()
    (page,) = document.sections
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for faces in styles.element.iter(qn("w:rFonts")):
        _face(faces, LATIN)
    _language(defaults, language)
    styles["Normal"].font.size = Pt(11)
    for name, points in HEADINGS.items():
        styles[name].font.size, styles[name].font.color.rgb = Pt(points), INK
    for line in styles["Title"].element.iter(qn("w:bottom")):
        line.attrib.pop(qn("w:themeColor"), None)  # a theme's colour would win
        line.set(qn("w:color"), str(LINE))
    styles["Heading 1"].paragraph_format.space_before, styles["Heading 1"].paragraph_format.space_after = (
        Pt(18),
        Pt(4),
    )
    code = styles.add_style(CODE, WD_STYLE_TYPE.PARAGRAPH)
    code.base_style, code.font.size, code.font.name = styles["Normal"], Pt(9.5), MONO
    code.paragraph_format.space_after = Pt(0)
    code.paragraph_format.left_indent = Pt(12)
    return document


def run_language(run: Run) -> None:
    """Says in which language a run is, and that quotation marks in Chinese text are Chinese ones."""
    language = detect_language(run.text)
    properties = run._r.get_or_add_rPr()
    if language == "zh":
        _faces(properties).set(qn("w:hint"), "eastAsia")
    _language(properties, language)


def spread(paragraph: Paragraph) -> None:
    """Keeps the space to the next item of its list, which styles of lists leave out."""
    close = OxmlElement("w:contextualSpacing")
    close.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().append(close)


def fit(text: str) -> str:
    """Without the characters that a Word file cannot hold."""
    return _UNFIT.sub("", text)


def mono(run: Run) -> None:
    _face(_faces(run._r.get_or_add_rPr()), MONO)


def _faces(properties: Any) -> Any:
    faces = properties.find(qn("w:rFonts"))
    if faces is None:
        faces = OxmlElement("w:rFonts")
        properties.insert(0, faces)
    return faces


def _face(faces: Any, latin: str) -> None:
    for name in list(faces.attrib):  # a theme's face would win
        del faces.attrib[name]
    for script, face in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", CHINESE)):
        faces.set(qn(f"w:{script}"), face)


def _language(properties: Any, language: Language) -> None:
    found = properties.find(qn("w:lang"))
    if found is None:
        found = OxmlElement("w:lang")
        properties.append(found)
    found.set(qn("w:val"), TAGS[language])
    found.set(qn("w:eastAsia"), TAGS["zh"])
