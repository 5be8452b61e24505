"""Workbooks: entities, sheets of a million columns, references to what is not there."""

from .case import Case
from .word import LAUGHS, LOCKED, OFFICE, OLE, PACKAGE, docx
from .zipping import Part, zipped

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0"?>'


def xlsx(sheet: str | bytes, *more: Part, target: str = "worksheets/sheet1.xml", shared: str = "") -> bytes:
    types = (
        f'{_XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
    )
    rels = f'{_XML}<Relationships xmlns="{PACKAGE}/relationships">{{}}</Relationships>'
    root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    own = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="{target}"/>'
    own += f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    workbook = (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    return zipped(
        ("[Content_Types].xml", types),
        ("_rels/.rels", rels.format(root)),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", rels.format(own)),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", shared or f'{_XML}<sst xmlns="{_MAIN}"/>'),
        *more,
    )


def sheet(rows: str, size: str = "A1:B2") -> str:
    return f'{_XML}<worksheet xmlns="{_MAIN}"><dimension ref="{size}"/><sheetData>{rows}</sheetData></worksheet>'


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def _row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


_HONEST = _row(1, cell("A1", "name"), cell("B1", "power")) + _row(2, cell("A2", "lamp"), cell("B2", "9 W"))
_FORMULA = _row(1, '<c r="A1" t="str"><f>cmd|\'/c calc\'!A1</f><v>The lamp draws nine watts.</v></c>')
_TALL = "".join(_row(n, cell(f"A{n}", "the lamp is warm")) for n in range(1, 20_003))
_WIDE_ROW = "".join(cell("", "w") for _ in range(1_000_000))

SHEETS = {
    "laughs.xlsx": Case(
        lambda: xlsx(sheet(_HONEST), shared=f"{_XML}<!DOCTYPE x [{LAUGHS}]><sst>&l9;</sst>"), "entities"
    ),
    "external-entity.xlsx": Case(
        lambda: xlsx(f'{_XML}<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'), "entities"
    ),
    "bomb.xlsx": Case(lambda: xlsx(sheet(_HONEST), ("padding", b"\0" * 30_000_000)), "bomb"),
    "corners.xlsx": Case(
        lambda: xlsx(
            sheet(_row(1, cell("A1", "x")) + _row(1_048_576, cell("XFD1048576", "y")), size="A1:XFD1048576")
        ),
        "crashed",
        slow=True,
    ),
    "million-columns.xlsx": Case(lambda: xlsx(sheet(f'<row r="1">{_WIDE_ROW}</row>')), "bomb"),
    "tall.xlsx": Case(lambda: xlsx(sheet(_TALL, size="A1:A20002")), "rows"),
    "locked.xlsx": Case(lambda: LOCKED, "password"),
    "old-excel.xlsx": Case(lambda: OLE + b"\0" * 4000, "content"),
    "word.xlsx": Case(lambda: docx("<x/>"), "content"),
    "truncated.xlsx": Case(lambda: xlsx(sheet(_HONEST))[:-80], "archive"),
    "no-sheet.xlsx": Case(lambda: xlsx(sheet(_HONEST), target="worksheets/other.xml"), "malformed"),
    "sheet-outside.xlsx": Case(lambda: xlsx(sheet(_HONEST), target="../../../../etc/passwd"), "malformed"),
    "no-string.xlsx": Case(lambda: xlsx(sheet(_row(1, '<c r="A1" t="s"><v>4000000000</v></c>'))), "malformed"),
    "broken-xml.xlsx": Case(lambda: xlsx(sheet(_HONEST)[:-60]), "malformed"),
    "empty.xlsx": Case(lambda: xlsx(sheet("")), "empty"),
    "formula.xlsx": Case(lambda: xlsx(sheet(_FORMULA))),
}
