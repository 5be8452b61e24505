"""Word: paragraphs, headings, lists and tables in the order of the page."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table

from ...blocks import MOST_INSIDE, Block, Extracted, Refused, clean
from ..archive import check_archive
from ..headings import MOST_COLUMNS, Line, find_headings
from ..numbering import number_of
from ..rows import columns_check, row_text
from ..typed_steps import begins_item, numbered_steps, unlisted
from .looks import Styles
from .numbering import Counted, Numbering
from .parts import boxes_in, footnotes_of, notes_in, parts_of, text_of

_TABLE = qn("w:tbl")
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)


def check(data: bytes) -> None:
    """Raises Refused for what cannot be opened."""
    check_archive(data, must_hold="word/document.xml")


def extract(data: bytes) -> Extracted:
    check(data)
    try:
        document = docx.Document(io.BytesIO(data))
        looks = Styles(document.styles.element), Numbering(document.part, document.styles.element)
        for run in looks[0].hidden(document.element.body):
            run.getparent().remove(run)
        notes = footnotes_of(document.part)
        lines = [line for part in parts_of(document.element.body) for line in _lines(part, document, looks, notes)]
        title = clean(document.core_properties.title or "")
    except (ValueError, KeyError, SyntaxError, AttributeError) as error:  # lxml's XMLSyntaxError is a SyntaxError
        raise Refused("malformed", kind="DOCX") from error
    levels = {heading.start: heading.level for heading in find_headings(lines)}
    blocks = numbered_steps([_block(line, levels.get(place, line.level)) for place, line in enumerate(lines)])
    first = blocks[0] if blocks else None
    if first is not None and first.kind == "heading" and first.level <= 1 and number_of(first.text) is None:
        return Extracted(first.text, blocks[1:])
    return Extracted(title, blocks)


@dataclass(frozen=True)
class _Paragraph(Line):
    """`counted` where Word numbers it: an item of a list, unless its look makes it a heading."""

    counted: Counted | None = None


def _block(line: Line, level: int | None) -> Block:
    if level is not None:
        return Block("heading", line.text, level=level)
    if counted := getattr(line, "counted", None):
        return Block("unit", line.text, step=counted.number, inside=min(counted.inside, MOST_INSIDE))
    item = not line.unit and begins_item(line.text)
    return Block("unit" if line.unit or item else "text", unlisted(line.text) if item else line.text)


def _lines(part: Any, document: Any, looks: tuple[Styles, Numbering], notes: Mapping[str, str]) -> Iterator[Line]:
    if part.tag == _TABLE:
        yield from _rows(Table(part, document))
    elif text := text_of(part):
        yield from _paragraph(part, text, *looks)
    for beside in (*boxes_in(part), *(notes.get(number, "") for number in notes_in(part))):
        if beside:
            yield Line(beside, apart=True)


def _rows(table: Table) -> Iterator[Line]:
    """A row that is one cell over several columns is a caption; what has but one row or column only draws a box."""
    for row in table.rows:  # a cell that spans columns comes as often as it says
        columns_check(sum(cell.grid_span for cell in row._tr.tc_lst))
    rows = [[*row.cells] for row in table.rows]
    while len(rows) > 2 and len(rows[0]) > 1 and len({cell._tc for cell in rows[0]}) == 1:
        yield Line(text_of(rows.pop(0)[0]._tc), apart=True)
    texts = [[text_of(cell._tc) for cell in row] for row in rows]
    if len(texts) == 1 or max((len(row) for row in texts), default=0) == 1:
        yield from (Line(text, apart=True) for row in texts for text in dict.fromkeys(row) if text)
        return
    yield from (Line(text, apart=True, unit=True) for row in texts[1:] if (text := row_text(texts[0], row)))


def _paragraph(paragraph: Any, text: str, styles: Styles, numbering: Numbering) -> Iterator[Line]:
    style, counted = styles.of(paragraph).name, numbering.of(paragraph)
    if style.lower().startswith("toc "):
        return  # a table of contents says again what the headings do
    size, bold = styles.look(paragraph, whole=len(text) <= MOST_COLUMNS)  # a longer one is no heading
    level = 0 if style == "Title" else int(match.group(1)) if (match := _HEADING.match(style)) else None
    unit = style.startswith("List")
    yield _Paragraph(text, size, bold, apart=True, level=level, unit=unit, counted=counted)
