"""Markdown of an answer as paragraphs of a Word document, read as the page reads it: HTML stays text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markdown_it.token import Token

from apps.core.markdown import CITED, MARKDOWN

from .faces import CODE, fit, mono, run_language
from .numbering import Numberings

DEEPEST = 9  # headings that Word knows
NESTED = 3  # lists in lists that have a style of their own
_ALIGN = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


@dataclass
class _List:
    style: str
    number: int | None = None  # of its numbering, for an ordered one


@dataclass
class MarkdownWriter:
    """Writes texts behind what `document` holds. `below` is the level of the heading that stands above them.

    `cited` maps the numbers of a text's sources to those at the document's end.
    """

    document: Document
    numberings: Numberings
    below: int = 1
    cited: Mapping[int, int] = field(default_factory=dict)
    _lists: list[_List] = field(default_factory=list)
    _quoted: int = 0
    _item: bool = False  # the next paragraph begins an item

    def write(self, text: str) -> None:
        tokens = MARKDOWN.parse(fit(text))
        at = 0
        while at < len(tokens):
            at = self._block(tokens, at)

    def _block(self, tokens: Sequence[Token], at: int) -> int:
        """Writes what begins at `at`; returns where the next begins."""
        token = tokens[at]
        match token.type:
            case "heading_open":
                level = min(self.below + int(token.tag[1]), DEEPEST)
                self._inline(self.document.add_heading(level=level), tokens[at + 1])
                return at + 3
            case "paragraph_open":
                self._inline(self._paragraph(), tokens[at + 1])
                return at + 3
            case "bullet_list_open" | "ordered_list_open":
                self._lists.append(self._list(token))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._item = True
            case "blockquote_open" | "blockquote_close":
                self._quoted += token.nesting
            case "fence" | "code_block":
                self._code(token.content.rstrip("\n").split("\n"))
            case "hr":
                _ruled(self.document.add_paragraph())
            case "table_open":
                return self._table(tokens, at)
        return at + 1

    def _code(self, lines: list[str]) -> None:
        """A paragraph a line; where an item begins with it, the first stands behind the item's mark."""
        if self._lists and self._item:
            mono(self._paragraph().add_run(lines.pop(0)))
        for line in lines:
            self.document.add_paragraph(line, style=CODE)

    def _list(self, token: Token) -> _List:
        kind = "List Bullet" if token.type == "bullet_list_open" else "List Number"
        depth = min(len(self._lists) + 1, NESTED)
        style = kind if depth == 1 else f"{kind} {depth}"
        if kind == "List Bullet":
            return _List(style)
        return _List(style, self.numberings.anew(style, int(token.attrs.get("start", 1))))

    def _paragraph(self) -> Paragraph:
        """In the list, quotation or text that it stands in; what follows in an item has no mark of its own."""
        if self._lists and self._item:
            self._item = False
            here = self._lists[-1]
            paragraph = self.document.add_paragraph(style=here.style)
            if here.number is not None:
                numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                numbering.get_or_add_numId().val = here.number
                numbering.get_or_add_ilvl().val = 0
            return paragraph
        if self._lists:
            depth = min(len(self._lists), NESTED)
            return self.document.add_paragraph(style="List Continue" if depth == 1 else f"List Continue {depth}")
        return self.document.add_paragraph(style="Quote" if self._quoted else None)

    def _table(self, tokens: Sequence[Token], at: int) -> int:
        rows: list[list[tuple[Token, Token]]] = []
        while tokens[at].type != "table_close":
            if tokens[at].type == "tr_open":
                rows.append([])
            elif tokens[at].type in ("th_open", "td_open"):
                rows[-1].append((tokens[at], tokens[at + 1]))
            at += 1
        table = new_table(self.document, len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, (opened, inline) in zip(row.cells, cells, strict=True):
                self._cell(cell, opened, inline)
        return at + 1

    def _cell(self, cell: _Cell, opened: Token, inline: Token) -> None:
        paragraph = cell.paragraphs[0]
        found = re.search(r"text-align:\s*(\w+)", str(opened.attrs.get("style", "")))
        paragraph.alignment = _ALIGN.get(found.group(1)) if found else None
        self._inline(paragraph, inline, bold=opened.type == "th_open")

    def _inline(self, paragraph: Paragraph, inline: Token, *, bold: bool = False) -> None:
        marks = {"strong": bold, "em": False, "s": False}
        target: str = ""
        for token in inline.children or []:
            name, _, end = token.type.rpartition("_")
            if name in marks and end in ("open", "close"):
                marks[name] = end == "open" or (name == "strong" and bold)
            elif token.type == "link_open":
                target = str(token.attrs.get("href", ""))
            elif token.type == "link_close":
                target = ""
            elif token.type in ("softbreak", "hardbreak"):
                paragraph.add_run().add_break()
            else:
                for run in self._runs(paragraph, token, target):
                    run.bold, run.italic = marks["strong"] or None, marks["em"] or None
                    run.font.strike = marks["s"] or None

    def _runs(self, paragraph: Paragraph, token: Token, target: str) -> Iterator[Run]:
        """A text with its source numbers set high; code in its own face; of an image what it says."""
        if token.type == "code_inline":
            run = paragraph.add_run(token.content)
            mono(run)
            yield run
            return
        place = 0
        for found in CITED.finditer(token.content):
            if (number := self.cited.get(int(found.group(1)))) is not None:
                yield from _said(paragraph, token.content[place : found.start()], target)
                paragraph.add_run(f"[{number}]").font.superscript = True
                place = found.end()
        yield from _said(paragraph, token.content[place:], target)


def new_table(document: Document, rows: int, columns: int) -> Any:
    """With hairlines, and its first row again on each page."""
    table = document.add_table(rows, columns, style="Table Grid")
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    return table


def _said(paragraph: Paragraph, text: str, target: str) -> Iterator[Run]:
    if not text:
        return
    run = _linked(paragraph, text, target) if target else paragraph.add_run(text)
    run_language(run)
    yield run


def _linked(paragraph: Paragraph, text: str, target: str) -> Run:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    run = paragraph.add_run(text)
    run.font.underline = True
    link.append(run._r)
    return run


def _ruled(paragraph: Paragraph) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "B0ADA5")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)
