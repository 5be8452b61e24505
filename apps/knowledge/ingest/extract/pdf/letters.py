"""What a page of a PDF says of its letters: how they look, and where words and lines that are drawn stand."""

import ctypes
import re
from collections.abc import Container, Iterator
from math import hypot, isfinite

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from .columns import LEADER, Rule, Word

_PARTED = re.compile(r"(?<!\w)(\w+)\ufffe(\w+)")  # at the end of a line, which the library then does not end
_HYPHENED = re.compile(r"(?<!\w)\w+-\w+")
_SPACED = re.compile(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])")
_TOUCHING = re.compile(r"(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff])")
LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n|$)")
_WORD = re.compile(rf"{LEADER}|\S+?(?={LEADER}|\s|$)")  # a row of dots is one, though it touches what it leads to
_BOLD, _FORCE_BOLD = 600, 1 << 18  # a font's weight, and its flag
_BOLD_NAME = re.compile(rb"bold|black|heavy|demi", re.I)
_MOST_DRAWN, _MOST_SEGMENTS = 5_000, 20_000  # of a page; what comes after them is not looked at
_THIN, _SHORT = 2.0, 4.0  # points: a line across the page is no thicker, and no shorter


def words(page: pdfium.PdfTextPage, text: str) -> Iterator[Word]:
    """`text` is all of the page's, a character a letter."""
    first, last = pdfium_c.FS_RECTF(), pdfium_c.FS_RECTF()
    for number, line in enumerate(LINE.finditer(text)):
        for word in _WORD.finditer(line.group(1)):
            place = line.start() + word.start()
            pdfium_c.FPDFText_GetLooseCharBox(page, place, first)
            pdfium_c.FPDFText_GetLooseCharBox(page, line.start() + word.end() - 1, last)
            low, high = sorted((first.bottom, first.top))
            yield Word(word.group(), place, number, first.left, max(first.right, last.right), low, high)


def hyphened(text: str) -> frozenset[str]:
    """The words that have a hyphen within a line of a page; none where no word is parted at the end of one."""
    return frozenset(_HYPHENED.findall(text)) if "\ufffe" in text else frozenset()


def mended(line: str, known: Container[str]) -> str:
    """A line as it was written: words parted at the end of one are whole, with a hyphen where they are `known` with
    it, and Chinese that was set wide to fill the line has no blanks between its characters.
    """
    if "\ufffe" in line:
        line = _PARTED.sub(lambda parted: _whole(parted[1], parted[2], known), line)
    if " " in line and len(_SPACED.findall(line)) > len(_TOUCHING.findall(line)):
        line = _SPACED.sub("", line)
    return line


def _whole(left: str, right: str, known: Container[str]) -> str:
    parted = f"{left}-{right}"
    return parted if not right[0].islower() or parted in known else left + right


def letter(page: pdfium.PdfTextPage, index: int) -> tuple[float, bool]:
    """The size of its font in points, and whether it is bold: by its weight, drawn round its edge as well, or of a
    font without a name, which is how browsers make bold letters of a font that has none.
    """
    flags, name, at = ctypes.c_int(), ctypes.create_string_buffer(100), pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetFontInfo(page, index, name, len(name), flags)
    pdfium_c.FPDFText_GetMatrix(page, index, at)
    size = pdfium_c.FPDFText_GetFontSize(page, index) * hypot(at.c, at.d)
    weight = pdfium_c.FPDFText_GetFontWeight(page, index)
    bold = weight >= _BOLD or bool(flags.value & _FORCE_BOLD) or bool(_BOLD_NAME.search(name.value))
    return (round(2 * size) / 2 if isfinite(size) else 0.0), bold or not name.value or _edged(page, index)


def _edged(page: pdfium.PdfTextPage, index: int) -> bool:
    drawn = pdfium_c.FPDFText_GetTextObject(page, index)
    return bool(drawn) and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn) == pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE


def begins(page: pdfium.PdfTextPage, index: int) -> tuple[float, float]:
    """Where a letter stands: from the left, and its foot, whatever its font is."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(page, index, x, y)
    return x.value, y.value


def rules(page: pdfium.PdfPage) -> tuple[list[Rule], list[Rule]]:
    """Lines drawn across the page and up it; those at one height, or one place from the left, are one."""
    level: dict[int, tuple[float, float]] = {}
    upright: dict[int, tuple[float, float]] = {}
    for left, low, right, high in _drawn(page):
        ends, at, one, other = (level, low, left, right) if high - low <= _THIN else (upright, left, low, high)
        if other - one >= _SHORT and isfinite(at):
            known = ends.get(round(at), (one, other))
            ends[round(at)] = (min(known[0], one), max(known[1], other))
    return _rules(level), _rules(upright)


def _rules(ends: dict[int, tuple[float, float]]) -> list[Rule]:
    return [(float(at), one, other) for at, (one, other) in sorted(ends.items())]


def _drawn(page: pdfium.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """(left, foot, right, top) of thin filled shapes, and of each part of a drawn path that is level or upright."""
    left_over = _MOST_SEGMENTS
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    low, left, high, right = (ctypes.c_float() for _ in range(4))
    for index in range(min(_MOST_DRAWN, pdfium_c.FPDFPage_CountObjects(page))):
        path = pdfium_c.FPDFPage_GetObject(page, index)
        if pdfium_c.FPDFPageObj_GetType(path) != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        pdfium_c.FPDFPath_GetDrawMode(path, filled, stroked)
        pdfium_c.FPDFPageObj_GetBounds(path, left, low, right, high)
        if min(high.value - low.value, right.value - left.value) <= _THIN:
            yield left.value, low.value, right.value, high.value
        elif stroked.value:
            parts = min(left_over, pdfium_c.FPDFPath_CountSegments(path))
            left_over -= parts
            yield from _straight(path, parts)


def _straight(path: pdfium_c.FPDF_PAGEOBJECT, parts: int) -> Iterator[tuple[float, float, float, float]]:
    x, y, at = ctypes.c_float(), ctypes.c_float(), pdfium_c.FS_MATRIX()
    pdfium_c.FPDFPageObj_GetMatrix(path, at)
    before: tuple[float, float] | None = None
    for place in range(parts):
        part = pdfium_c.FPDFPath_GetPathSegment(path, place)
        pdfium_c.FPDFPathSegment_GetPoint(part, x, y)
        point = at.a * x.value + at.c * y.value + at.e, at.b * x.value + at.d * y.value + at.f
        line = pdfium_c.FPDFPathSegment_GetType(part) == pdfium_c.FPDF_SEGMENT_LINETO
        if before and line and min(abs(before[0] - point[0]), abs(before[1] - point[1])) <= _THIN:
            (left, right), (low, high) = (sorted(both) for both in zip(before, point, strict=True))
            yield left, low, right, high
        before = point
