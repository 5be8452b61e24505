"""Numbers of a workbook read as the sheet shows them."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.extract.sheets.number_formats import number_format
from apps.knowledge.ingest.extract.sheets.table import extract_xlsx
from tests.apps.knowledge.workbooks import workbook

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0%", 0.25, "25%"),
        ("0%", 0.125, "12.5%"),
        ("0.0%", -0.015, "-1.5%"),
        ('"¥"#,##0.00', 1299, "¥1299.00"),
        ("[$€-407] #,##0.00", 19.9, "€ 19.90"),
        ('#,##0.00\\ "€"', 19.9, "19.90 €"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', 5, "$5.00"),
        ('0" 分钟"', 30.0, "30 分钟"),
        ("￥#,##0;[Red]-￥#,##0", 88, "￥88"),
        ("￥#,##0", 88.5, "￥88.5"),
        ('"SKU-"00000', 42, "SKU-00042"),
        ("0000", 42, "0042"),
        ("0000", -7, "-0007"),
        ('"Nr. "0', 12, "Nr. 12"),
        ("(0%)", 0.1, "(10%)"),
        ('"$"0.00', -5, "-$5.00"),
        ("0.0%", 1 / 3, "33.3%"),
        ("0.##%", 0.25, "25%"),
        ("0%", 0.00002, "0.002%"),
    ],
)
def test_a_number_is_shown_with_its_sign_its_currency_and_its_unit(code: str, value: float, shown: str) -> None:
    found = number_format(code)
    assert found is not None
    assert found.shown(value) == shown


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "@",
        "#,##0",
        "0.00",
        "yyyy-mm-dd",
        "[$-804]yyyy",
        "0.00E+00",
        "# ?/?",
        '#,##0,"K"',
        '0,.0"M"',
        '[>=10]0"x";0',
    ],
)
def test_a_format_that_adds_nothing_or_changes_the_number_is_left_alone(code: str) -> None:
    assert number_format(code) is None


@given(st.text(alphabet='0#?.,%"\\[]$€-_*;@E/ymd元 ', max_size=20), st.floats(-1e9, 1e9))
def test_no_format_breaks_a_number(code: str, value: float) -> None:
    found = number_format(code)
    assert found is None or any(letter.isdigit() for letter in found.shown(value))


def test_a_sheet_says_percentages_and_prices_as_excel_does() -> None:
    styles = (
        f'<styleSheet xmlns="{_MAIN}"><numFmts>'
        '<numFmt numFmtId="164" formatCode="#,##0.00\\ &quot;€&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    cells = (
        '<row r="3"><c r="B3" t="inlineStr"><is><t>Ticket</t></is></c>'
        '<c r="C3" t="inlineStr"><is><t>Price</t></is></c>'
        '<c r="D3" t="inlineStr"><is><t>Discount</t></is></c></row>'
        '<row r="4"><c r="B4" t="inlineStr"><is><t>Family</t></is></c><c r="C4" s="2"><v>19.9</v></c>'
        '<c r="D4" s="1"><v>0.25</v></c></row>'
        '<row r="5"><c r="B5" t="inlineStr"><is><t>Single</t></is></c><c r="C5" s="0"><v>12</v></c>'
        '<c r="D5" s="1" t="inlineStr"><is><t>none</t></is></c></row>'
    )
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    texts = [block.text for block in extract_xlsx(_with(workbook(Prices=[["a"]]), styles, sheet)).blocks]
    assert texts == ["Ticket: Family; Price: 19.90 €; Discount: 25%", "Ticket: Single; Price: 12; Discount: none"]


def _with(data: bytes, styles: str, sheet: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/1.xml" else old.read(name))
        new.writestr("xl/styles.xml", styles)
    return file.getvalue()
