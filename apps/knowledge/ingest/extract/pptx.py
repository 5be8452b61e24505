"""PowerPoint: each slide a section below its title, as they are shown; hidden slides and notes are left out."""

import io
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from ..blocks import MOST_INSIDE, Block, Extracted, Kind, Refused, clean
from .archive import check_archive
from .office_xml import LINKED, linked_parts, part, whole_number
from .rows import columns_check, row_text
from .text import FINISHED
from .typed_steps import typed_steps

MAX_SLIDES = 2_000
_SHOW = "ppt/presentation.xml"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # a copy for old programs
_PARAGRAPHS = f"{_P}txBody/{_A}p"
_TITLES, _FURNITURE = {"title", "ctrTitle"}, {"sldNum", "ftr", "dt", "hdr"}


def check(data: bytes) -> None:
    """Raises Refused for what cannot be opened."""
    check_archive(data, must_hold=_SHOW)


def extract(data: bytes) -> Extracted:
    check(data)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            names = _slides(archive)
            title = _title(archive)
            blocks = [
                block for number, name in enumerate(names, 1) for block in _shown(part(archive, name), number)
            ]
    except (KeyError, etree.XMLSyntaxError, BadZipFile) as error:
        raise Refused("malformed", kind="PPTX") from error
    blocks = typed_steps(blocks)
    first = blocks[0] if blocks else None
    if first is not None and first.kind == "heading" and first.page == 1:
        title = first.text
    return Extracted(title, blocks, pages=len(names))


def _slides(archive: ZipFile) -> list[str]:
    """The slides' names in the archive, as they are shown one after the other. No program lists one of them twice;
    what does would unpack to much more than its archive was judged by.
    """
    parts = linked_parts(archive, _SHOW)
    listed = part(archive, _SHOW).iter(f"{_P}sldId")
    names = [parts[slide.get(LINKED)] for slide in listed]
    if len(names) > MAX_SLIDES:
        raise Refused("pages", limit=MAX_SLIDES)
    if len(set(names)) < len(names):
        raise Refused("malformed", kind="PPTX")
    return names


def _title(archive: ZipFile) -> str:
    if "docProps/core.xml" not in archive.namelist():
        return ""
    return clean(part(archive, "docProps/core.xml").findtext(f"{_DC}title") or "")


def _shown(slide: Any, number: int) -> Iterator[Block]:
    return iter(()) if slide.get("show") in {"0", "false"} else _blocks(slide, number)


def _blocks(slide: Any, number: int) -> Iterator[Block]:
    found = (shape for shape in slide.iter(f"{_P}sp", f"{_A}tbl") if _kind(shape) not in _FURNITURE)
    shapes = [shape for shape in found if not any(above.tag == _FALLBACK for above in shape.iterancestors())]
    titles = [shape for shape in shapes if _kind(shape) in _TITLES]
    heading = clean(" ".join(text for shape in titles for text in _paragraphs(shape)))
    below = [block for shape in shapes if _kind(shape) not in _TITLES for block in _shape(shape, number)]
    if heading:
        # A title that nothing stands below would be in no passage.
        yield Block("heading", heading, level=1, page=number) if below else Block("unit", heading, page=number)
    yield from below


def _kind(shape: Any) -> str:
    """Of a placeholder; "" for any other shape."""
    found = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return "" if found is None else found.get("type", "body")


def _shape(shape: Any, number: int) -> Iterator[Block]:
    if shape.tag == f"{_A}tbl":
        rows = [[_said(cell) for cell in row.iterfind(f"{_A}tc")] for row in shape.iterfind(f"{_A}tr")]
        for row in rows:
            columns_check(len(row))
        texts = [row_text(rows[0], row) for row in rows[1:]] or [" ".join(cell for row in rows for cell in row)]
        yield from (Block("unit", clean(text), page=number) for text in texts if clean(text))
        return
    counts: dict[int, int] = {}  # by how far a numbered paragraph is indented
    for paragraph in shape.iterfind(_PARAGRAPHS):
        if text := _said(paragraph):
            step, level = _count(paragraph, counts)
            inside = min(sum(other < level for other in counts), MOST_INSIDE)
            kind: Kind = "text" if FINISHED.search(text) and not (step or inside) else "unit"
            yield Block(kind, text, page=number, step=step, inside=inside)


def _count(paragraph: Any, counts: dict[int, int]) -> tuple[int, int]:
    """The number that the program shows before it, 0 for none, and how far it is indented."""
    properties = paragraph.find(f"{_A}pPr")
    own = None if properties is None else properties.find(f"{_A}buAutoNum")
    level = 0 if properties is None else whole_number(properties.get("lvl"))
    for deeper in [other for other in counts if other > level or (other == level and own is None)]:
        del counts[deeper]
    if own is None:
        return 0, level
    counts[level] = counts[level] + 1 if level in counts else whole_number(own.get("startAt")) or 1
    return counts[level], level


def _paragraphs(shape: Any) -> Iterator[str]:
    return (text for paragraph in shape.iterfind(_PARAGRAPHS) if (text := _said(paragraph)))


def _said(element: Any) -> str:
    parts = element.iter(f"{_A}t", f"{_A}br", f"{_A}p")
    return clean("".join(run.text or "" if run.tag == f"{_A}t" else " " for run in parts))
