"""Word: paragraphs, headings, lists and tables in the order of the page."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.table import Table

from ..blocks import Block, Extracted, Refused, clean
from .archive import check_archive
from .headings import Line, find_headings
from .rows import columns_check, row_text

_HEADING = re.compile(r"(?:heading|标题)\s*(\d)", re.I)
_BASES = 12  # styles that a style may be based on, one on the other
_LONG = 200  # characters; of a longer paragraph the first letters say how it looks


def extract(data: bytes) -> Extracted:
    check_archive(data, must_hold="word/document.xml")
    try:
        document = docx.Document(io.BytesIO(data))
        lines = [line for item in document.iter_inner_content() for line in _item(item)]
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


def _item(item: Any) -> Iterator[Line]:
    if isinstance(item, Table):
        for row in item.rows:  # a cell that spans columns comes as often as it says
            columns_check(sum(cell.grid_span for cell in row._tr.tc_lst))
        rows = [[clean(cell.text) for cell in row.cells] for row in item.rows]
        yield from (
            Line(text, apart=True, unit=True) for row in rows[1:] or rows if (text := row_text(rows[0], row))
        )
        return
    text, style = clean(item.text), (item.style.name if item.style else "") or ""
    if not text:
        return
    size, bold = _look(item)
    level = 0 if style == "Title" else int(match.group(1)) if (match := _HEADING.match(style)) else None
    yield Line(text, size, bold, apart=True, level=level, unit=style.startswith("List"))


def _look(paragraph: Any) -> tuple[float, bool]:
    """The size in points of its first letters, 0 where nothing says it, and whether all of it is bold."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    if not runs or sum(len(run.text) for run in runs) < len(paragraph.text.strip()):
        return 0.0, False  # links and fields hold the rest
    size = _font(runs[0], paragraph, "size")
    looked = runs[:1] if len(paragraph.text) > _LONG else runs
    return (size.pt if size else 0.0), all(_font(run, paragraph, "bold") for run in looked)


def _font(run: Any, paragraph: Any, what: str) -> Any:
    """What the run says of its font, or else its style, the paragraph's, and those that these are based on."""
    if (own := getattr(run.font, what)) is not None:
        return own
    said = (getattr(style.font, what) for named in (run.style, paragraph.style) for style in _based(named, _BASES))
    return next((one for one in said if one is not None), None)


def _based(style: Any, most: int) -> Iterator[Any]:
    while style is not None and most:
        yield style
        style, most = style.base_style, most - 1
