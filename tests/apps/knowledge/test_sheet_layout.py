"""Cells over several rows or columns, tables one below the other, and rows and columns that Excel does not show."""

import io
import zipfile
from datetime import timedelta

import pytest

from apps.knowledge.ingest.extract.sheets.table import _cell, extract_csv, extract_xlsx

from .workbooks import workbook

HOURS = [
    ["Branch", "Day", "Hours"],
    ["Central", "Monday", "9–20"],
    ["", "Sunday", "closed"],
    ["Hillside", "Monday", "10–18"],
]
MATRIX = [
    ["", "Standard", "", "Express", ""],
    ["Weight", "Zone 1", "Zone 2", "Zone 1", "Zone 2"],
    ["up to 1 kg", "4", "6", "9", "12"],
    ["up to 5 kg", "6", "9", "14", "20"],
]


def laid_out(rows: list[list[str]], merged: str = "", columns: str = "") -> bytes:
    """With `merged` cells, and what the sheet says of its `columns`."""
    made = io.BytesIO()
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in merged.split())
    with zipfile.ZipFile(io.BytesIO(workbook(Sheet=rows))) as plain, zipfile.ZipFile(made, "w") as changed:
        for name in plain.namelist():
            text = plain.read(name).decode()
            text = text.replace("<sheetData>", f"{f'<cols>{columns}</cols>' * bool(columns)}<sheetData>")
            changed.writestr(name, text.replace("</sheetData>", f"</sheetData><mergeCells>{cells}</mergeCells>"))
    return made.getvalue()


def with_hidden(data: bytes, number: int, behind: str = "") -> bytes:
    """With a row hidden, and what stands `behind` the rows."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as plain, zipfile.ZipFile(made, "w") as changed:
        for name in plain.namelist():
            parts = plain.read(name).decode().replace("</sheetData>", f"</sheetData>{behind}").split("<row>")
            begins = ["", *("<row hidden='1'>" if at == number else "<row>" for at in range(1, len(parts)))]
            changed.writestr(name, "".join(begin + part for begin, part in zip(begins, parts, strict=True)))
    return made.getvalue()


def told(data: bytes) -> list[str]:
    return [block.text for block in extract_xlsx(data).blocks]


def test_a_cell_over_several_rows_is_said_in_each_of_them() -> None:
    assert told(laid_out(HOURS, "A2:A3")) == [
        "Branch: Central; Day: Monday; Hours: 9–20",
        "Branch: Central; Day: Sunday; Hours: closed",
        "Branch: Hillside; Day: Monday; Hours: 10–18",
    ]
    assert told(laid_out(HOURS))[1] == "Day: Sunday; Hours: closed"  # an empty cell says nothing


def test_of_headers_in_two_rows_with_groups_of_columns_one_is_made() -> None:
    assert told(laid_out(MATRIX, "B1:C1 D1:E1")) == [
        "Weight: up to 1 kg; Standard Zone 1: 4; Standard Zone 2: 6; Express Zone 1: 9; Express Zone 2: 12",
        "Weight: up to 5 kg; Standard Zone 1: 6; Standard Zone 2: 9; Express Zone 1: 14; Express Zone 2: 20",
    ]


def test_above_such_headers_a_title_stays_one() -> None:
    title = [["Parcels", "", "", "", ""], [""] * 5]
    rows = [[cell.replace("Zone 1", "near").replace("Zone 2", "far") for cell in row] for row in title + MATRIX]
    assert told(laid_out(rows, "A1:E1 B3:C3 D3:E3"))[:2] == [
        "Parcels",
        "Weight: up to 1 kg; Standard near: 4; Standard far: 6; Express near: 9; Express far: 12",
    ]


def test_a_column_whose_name_stands_over_both_rows_of_headers_is_called_by_it() -> None:
    rows = [["Weight", *MATRIX[0][1:]], ["", *MATRIX[1][1:]], *MATRIX[2:]]
    assert told(laid_out(rows, "A1:A2 B1:C1 D1:E1"))[0].startswith("Weight: up to 1 kg; Standard Zone 1: 4")


@pytest.mark.parametrize(
    "below",
    [["Central", "9–13", "14–18"], ["", "9", "14"], ["", "9–18", "9–18"], ["", "9–13", ""]],
    ids=["a thing", "numbers", "the same", "no name"],
)
def test_a_name_over_two_columns_takes_no_row_of_things_for_headers(below: list[str]) -> None:
    rows = [["Branch" if below[0] else "", "Hours", ""], below, ["Hillside", "10–12", "13–17"]]
    assert len(told(laid_out(rows, "B1:C1"))) == 2


HIDDEN = '<col min="2" max="2" hidden="1"/>'


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (HIDDEN, "Branch: Central; Hours: 9–20"),
        (
            '<col min="2" max="2" hidden="1" outlineLevel="1"/>',
            "Branch: Central; Day: Monday; Hours: 9–20",
        ),  # folded
        (
            '<col min="1" max="16384" hidden="true"/>',
            "Branch: Central; Day: Monday; Hours: 9–20",
        ),  # it would be all
        ('<col min="x" max="2" hidden="1"/>', "Branch: Central; Day: Monday; Hours: 9–20"),
        (f"<!-- of a program -->{HIDDEN}<?of one?>", "Branch: Central; Hours: 9–20"),
        (f'<col min="{"9" * 5000}" max="2" hidden="1"/>', "Branch: Central; Day: Monday; Hours: 9–20"),
    ],
)
def test_a_column_that_excel_does_not_show_is_not_read(columns: str, said: str) -> None:
    assert told(laid_out(HOURS, columns=columns))[0] == said


def test_a_row_that_excel_does_not_show_is_not_read_unless_a_filter_hides_it() -> None:
    rows = [["Item", "Price"], ["Lamp", "30"], ["Old lamp", "10"], ["Bulb", "4"]]
    assert told(with_hidden(workbook(Sheet=rows), 3)) == ["Item: Lamp; Price: 30", "Item: Bulb; Price: 4"]
    assert len(told(with_hidden(workbook(Sheet=rows), 3, '<autoFilter ref="A1:B4"/>'))) == 3


def test_how_long_something_lasts_is_told_in_hours() -> None:
    lasting = [timedelta(hours=2, minutes=15), timedelta(hours=30), timedelta(minutes=-5), timedelta(seconds=90)]
    assert [_cell(one) for one in lasting] == ["2:15", "30:00", "-0:05", "0:01:30"]


def test_odd_layouts_take_no_time_and_lose_nothing() -> None:
    rows = [["A", "B"], *([str(number), ""] for number in range(2000))]
    merged = "B2:B1048576 A1:XFD1 ZZ1:ZZ9 A1:B1 " * 5000
    found = told(laid_out(rows, merged, HIDDEN * 5000))
    assert [text.removeprefix("A: ") for text in found] == [str(number) for number in range(2000)]


def test_the_line_that_tells_excel_the_sign_between_cells_is_no_row() -> None:
    found = extract_csv(b"sep=;\r\nPlan;Price\r\nBasic, for one;5\r\n").blocks
    assert [(block.text, block.row) for block in found] == [("Plan: Basic, for one; Price: 5", 3)]


PLANS = [["Plan", "Price"], ["Basic", "5"], ["Plus", "9"]]
EXTRAS = [["Add-on", "Price"], ["Extra storage", "2"], ["Telephone", "4"]]


def test_two_tables_of_a_sheet_have_headers_of_their_own() -> None:
    found = extract_xlsx(workbook(Prices=[*PLANS, [""], *EXTRAS], Other=PLANS)).blocks
    assert [(block.kind, block.text, block.row) for block in found][:5] == [
        ("heading", "Prices", 0),
        ("unit", "Plan: Basic; Price: 5", 2),
        ("unit", "Plan: Plus; Price: 9", 3),
        ("unit", "Add-on: Extra storage; Price: 2", 6),
        ("unit", "Add-on: Telephone; Price: 4", 7),
    ]


def test_a_table_with_other_columns_than_the_one_above_has_headers_of_its_own() -> None:
    longer = [["Add-on", "Months", "Monthly fee"], ["Extra storage", "12", "2"], ["Telephone", "6", "4"]]
    turned = [["Monthly fee", "Add-on"], ["2", "Extra storage"], ["4", "Telephone"]]
    assert told(workbook(Prices=[*PLANS, [""], *longer]))[2] == "Add-on: Extra storage; Months: 12; Monthly fee: 2"
    assert told(workbook(Prices=[*PLANS, [""], *turned]))[2] == "Monthly fee: 2; Add-on: Extra storage"


def test_below_a_caption_the_next_table_has_headers_of_its_own() -> None:
    rows = [["Tickets"], ["Ticket", "Price"], ["Day", "12"], [], ["Parking"], ["Car park", "Per hour"], ["P1", "2"]]
    assert told(workbook(Sheet=rows)) == [
        *["Tickets", "Ticket: Day; Price: 12"],
        *["Parking", "Car park: P1; Per hour: 2"],
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [["Single rooms"], ["Room", "Price"], ["Oak", "50"], [], ["Double rooms"], ["Attic", "by phone"]],
        [["Visitors"], ["Visitor", "Price"], ["Adult", "12"], [], ["Groups"], ["Under four", "no charge"]],
        [["单人间"], ["房间", "价格"], ["东一", "300"], [], ["双人间"], ["阁楼间", "价格另议"]],
        [["Single rooms"], ["Room", "Price"], ["Oak", "50"], [], ["Double rooms"], ["Attic", "90"]],
    ],
    ids=["words", "no charge", "zh", "numbers"],
)
def test_a_group_of_rows_below_a_caption_has_the_headers_above_it_and_none_of_its_own(
    rows: list[list[str]],
) -> None:
    name, price = rows[1]
    assert told(workbook(Sheet=[*rows, ["Elm", "70"], ["Yew", "75"]]))[2:] == [
        rows[4][0],
        *(f"{name}: {one}; {price}: {other}" for one, other in (rows[5], ("Elm", "70"), ("Yew", "75"))),
    ]


def test_a_group_of_rows_with_fewer_columns_has_the_headers_above_it() -> None:
    wide = [["Plan", "Price", "Note"], ["Basic", "5", "for one"], ["Plus", "9", "for two"]]
    found = told(workbook(Prices=[*wide, [""], ["Team", "on request"], ["School", "20"], ["Club", "30"]]))
    assert found[2:] == ["Plan: Team; Price: on request", "Plan: School; Price: 20", "Plan: Club; Price: 30"]


@pytest.mark.parametrize(
    "below",
    [
        [["Team", "on request"], ["School", "on request"]],  # no numbers
        [["Team", "20"], ["School", "30"]],  # things like those above
        [["Add-on", "Monthly fee", "Note"], ["Extra storage", "2"]],  # a name of nothing
        [["Add-on", "Monthly fee"]],  # nothing below
        [["Further plans"], ["Team", "20"]],
        [["School", "on request"], ["Team", "20"], ["Club", "30"]],  # a thing without a number
        [["学校", "面议"], ["Team", "20"], ["Club", "30"]],
        [["School", "sold out"], ["Team", "20"]],
    ],
)
def test_a_table_with_an_empty_row_stays_one(below: list[list[str]]) -> None:
    found = [block.text for block in extract_xlsx(workbook(Prices=[*PLANS, [""], *below])).blocks]
    assert len(found) == len(PLANS) - 1 + len(below)
    assert f"Plan: {below[-1][0]}; Price: {below[-1][1]}" in found or len(below[0]) == 3
