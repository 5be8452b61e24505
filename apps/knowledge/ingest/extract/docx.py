"""Word: paragraphs, headings, lists and tables in the order of the page."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.table import Table

from ..blocks import Block, Extracted, Refused, clean
from .archive import check_archive
from .rows import columns_check, row_text

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)


def extract(data: bytes) -> Extracted:
    check_archive(data, must_hold="word/document.xml")
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = [block for item in document.iter_inner_content() for block in _item(item)]
        title = clean(document.core_properties.title or "")
    except (ValueError, KeyError, SyntaxError, AttributeError) as error:  # lxml's XMLSyntaxError is a SyntaxError
        raise Refused("malformed", kind="DOCX") from error
    first = blocks[0] if blocks else None
    if first is not None and first.kind == "heading" and first.level <= 1:
        return Extracted(first.text, blocks[1:])
    return Extracted(title, blocks)


def _item(item: Any) -> Iterator[Block]:
    if isinstance(item, Table):
        for row in item.rows:  # a cell that spans columns comes as often as it says
            columns_check(sum(cell.grid_span for cell in row._tr.tc_lst))
        rows = [[clean(cell.text) for cell in row.cells] for row in item.rows]
        yield from (Block("unit", text) for row in rows[1:] or rows if (text := row_text(rows[0], row)))
        return
    text, style = clean(item.text), (item.style.name if item.style else "") or ""
    if not text:
        return
    if style == "Title":
        yield Block("heading", text, level=0)
    elif match := _HEADING.match(style):
        yield Block("heading", text, level=int(match.group(1)))
    else:
        yield Block("unit" if style.startswith("List") else "text", text)
