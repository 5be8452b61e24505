"""What the number formats of a workbook show beside a number: a percent sign, a currency, a unit, its decimals.

The reader of workbooks (calamine) tells values alone: 0.25 for what Excel shows as 25%, 19.9 for 19.90 €.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from zipfile import ZipFile

from lxml import etree

from apps.core.amounts.money import ANY_SIGN

from ..office_xml import LINKED, SAFE, linked_parts, part

Place = tuple[int, int]  # row and column, counted from 0

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BOOK, _STYLES, _LINKS = "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"
_BUILT_IN = {"9": "0%", "10": "0.00%"}  # those of money are whatever the reader's country is
# Quoted words, one character after a backslash, a currency with its country, colours, fillers, digits, all else.
_PART = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|\[[A-Za-z0-9]+\]|[_*].|([#0?][#0?.,]*)|(.)')
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FINE = 3  # decimals that somebody wrote; a number with more was computed, and the sheet rounds it


@dataclass(frozen=True)
class NumberFormat:
    """At least `whole` digits before the point (or the value's own), and behind it from `least` to `most`."""

    before: str = ""
    after: str = ""
    percent: bool = False
    whole: int = 1
    least: int = 0
    most: int = 0

    def shown(self, value: float) -> str:
        """As the sheet shows it, but without commas between thousands, and not rounded where somebody wrote it."""
        number = abs(round(value * 100 if self.percent else value, 6))
        most = self.most if float(f"{number:.{self.most}f}") else _FINE  # nothing is not all that is left of it
        if number == round(number, _FINE):
            most = max(most, _FINE)
        whole, _point, decimals = f"{number:.{most}f}".partition(".")
        decimals = decimals[: self.least] + decimals[self.least :].rstrip("0")
        text = f"{whole.rjust(self.whole, '0')}.{decimals}".rstrip(".")
        return f"{'-' * (value < 0 < number)}{self.before}{text}{self.after}"


def number_format(code: str) -> NumberFormat | None:
    """None for a format that adds nothing, or is of dates, fractions, exponents, thousands or conditions."""
    before, after, digits, percent = "", "", "", False
    for quoted, escaped, money, core, other in _PART.findall(code.split(";", maxsplit=1)[0]):
        literal = quoted or escaped or money or (other if other in f"{ANY_SIGN}% -()" else "")
        if (core and digits) or (other and not literal):
            return None
        digits, percent = digits or core, percent or other == "%"
        if not core and digits:
            after += literal
        elif not core:
            before += literal
    before, after, (whole, _point, decimals) = before.lstrip(), after.rstrip(), digits.partition(".")
    if not digits or whole.endswith(",") or "," in decimals or "." in decimals:
        return None
    form = NumberFormat(before, after, percent, max(1, whole.count("0")), decimals.count("0"), len(decimals))
    return form if before or after or form.whole > 1 else None


def formats_of(data: bytes) -> dict[str, dict[Place, NumberFormat]]:
    """By sheet and place, the cells whose format adds something. Raises BadZipFile and XMLSyntaxError."""
    with ZipFile(io.BytesIO(data)) as archive:
        styles = _styles(archive)
        if not styles:
            return {}
        return {name: dict(_cells(archive, path, styles)) for name, path in sheets_of(archive)}


def _styles(archive: ZipFile) -> dict[str, NumberFormat]:
    if not {_STYLES, _LINKS} <= set(archive.namelist()):
        return {}
    root = part(archive, _STYLES)
    codes = _BUILT_IN | {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(f"{MAIN}numFmt")}
    used = (codes.get(one.get("numFmtId"), "") for one in root.iterfind(f"{MAIN}cellXfs/{MAIN}xf"))
    found = ((str(number), number_format(code)) for number, code in enumerate(used))
    return {number: form for number, form in found if form}


def sheets_of(archive: ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and its part."""
    if not {_BOOK, _LINKS} <= set(archive.namelist()):
        return
    parts, there = linked_parts(archive, _BOOK), set(archive.namelist())
    for sheet in part(archive, _BOOK).iter(f"{MAIN}sheet"):
        path = parts.get(sheet.get(LINKED, ""), "")
        if path in there:
            yield sheet.get("name", ""), path


def _cells(archive: ZipFile, path: str, styles: dict[str, NumberFormat]) -> Iterator[tuple[Place, NumberFormat]]:
    with archive.open(path) as file:
        for _event, row in etree.iterparse(file, tag=f"{MAIN}row", **SAFE):
            for cell in row:
                place = _PLACE.fullmatch(cell.get("r", ""))
                if place and (form := styles.get(cell.get("s", ""))):
                    yield (int(place[2]) - 1, _column(place[1])), form
            row.clear()
            while row.getprevious() is not None:  # or the rows behind it stay in memory
                del row.getparent()[0]


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
