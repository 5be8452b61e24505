"""Word: paragraphs, headings, lists and tables in the order of the page."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.table import Table

from ..blocks import Block, Extracted, Refused, clean
from .archive import check_archive
from .headings import MOST_COLUMNS, Line, find_headings
from .looks import Styles
from .rows import columns_check, row_text

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)


def check(data: bytes) -> None:
    """Raises Refused for what cannot be opened."""
    check_archive(data, must_hold="word/document.xml")


def extract(data: bytes) -> Extracted:
    check(data)
    try:
        document = docx.Document(io.BytesIO(data))
        styles = Styles(document.styles.element)
        lines = [line for item in document.iter_inner_content() for line in _item(item, styles)]
        title = clean(document.core_properties.title or "")
    except (ValueError, KeyError, SyntaxError, AttributeError) as error:  # lxml's XMLSyntaxError is a SyntaxError
        raise Refused("malformed", kind="DOCX") from error
    levels = {heading.start: heading.level for heading in find_headings(lines)}
    blocks = [_block(line, levels.get(place, line.level)) for place, line in enumerate(lines)]
    first = blocks[0] if blocks else None
    if first is not None and first.kind == "heading" and first.level <= 1:
        return Extracted(first.text, blocks[1:])
    return Extracted(title, blocks)


def _block(line: Line, level: int | None) -> Block:
    if level is not None:
        return Block("heading", line.text, level=level)
    return Block("unit" if line.unit else "text", line.text)


def _item(item: Any, styles: Styles) -> Iterator[Line]:
    if isinstance(item, Table):
        for row in item.rows:  # a cell that spans columns comes as often as it says
            columns_check(sum(cell.grid_span for cell in row._tr.tc_lst))
        rows = [[clean(cell.text) for cell in row.cells] for row in item.rows]
        yield from (
            Line(text, apart=True, unit=True) for row in rows[1:] or rows if (text := row_text(rows[0], row))
        )
        return
    text, style = clean(item.text), styles.of(item._p).name
    if not text:
        return
    size, bold = styles.look(item._p, whole=len(text) <= MOST_COLUMNS)  # a longer one is no heading
    level = 0 if style == "Title" else int(match.group(1)) if (match := _HEADING.match(style)) else None
    yield Line(text, size, bold, apart=True, level=level, unit=style.startswith("List"))
