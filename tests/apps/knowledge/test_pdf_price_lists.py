"""Price lists and timetables of a PDF that only their columns tell, and what keeps to columns but is no table."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from .made_pdfs import made, rows_at
from .test_pdf_tables import AFTER, BEFORE, found, units

DRINKS = [("Coffee", "£2.50"), ("Tea with milk", "£2.20"), ("Orange juice", "£4.00")]


@pytest.mark.parametrize("leader", ["", "." * 30])
def test_names_with_their_prices_are_rows_without_headers_and_without_the_dots_between(leader: str) -> None:
    lines = [(50, 700 - 14 * at, f"{name}{leader}") for at, (name, _price) in enumerate(DRINKS)]
    prices = [(300, 700 - 14 * at, price) for at, (_name, price) in enumerate(DRINKS)]
    page = [one for pair in zip(lines, prices, strict=True) for one in pair]
    assert units(made([(50, 760, BEFORE), *page])) == ["; ".join(row) for row in DRINKS]


def test_rows_below_a_line_that_says_what_they_are_about_have_the_names_above_it() -> None:
    names = [("*Flat", "*2 nights", "*7 nights")]
    low, high = [("Harbour", "180", "520"), ("Garden", "150", "430")], [("Harbour", "240", "700")]
    data = made(
        [
            *[*rows_at(names, 700), (50, 682, "*Low season from November to March")],
            *[*rows_at(low, 664), (50, 628, "*High season from April to October"), *rows_at(high, 610)],
            (50, 560, AFTER),
        ]
    )
    assert found(data) == [
        ("heading", "Low season from November to March"),
        ("unit", "Flat: Harbour; 2 nights: 180; 7 nights: 520"),
        ("unit", "Flat: Garden; 2 nights: 150; 7 nights: 430"),
        ("heading", "High season from April to October"),
        ("unit", "Flat: Harbour; 2 nights: 240; 7 nights: 700"),
        ("text", AFTER),
    ]


def test_a_name_to_the_left_of_its_numbers_is_the_name_of_their_column() -> None:
    names, prices = [("Tool", "Day", "Week")], [("Drill", "9.50", "38"), ("Saw", "11.00", "44")]
    data = made([*rows_at(names, 700), *rows_at(prices, 682, (50, 240, 350))])
    assert units(data) == ["Tool: Drill; Day: 9.50; Week: 38", "Tool: Saw; Day: 11.00; Week: 44"]


def test_names_below_a_group_have_the_group_before_them() -> None:
    names = [("Zone", "single", "return", "single", "return")]
    fares = [("A", "2.50", "4.60", "1.20", "2.20"), ("B", "3.80", "7.00", "1.90", "3.50")]
    table = rows_at([*names, *fares], 700, (50, 200, 250, 350, 400))
    data = made([(210, 718, "*Grown persons"), (360, 718, "*Young persons"), *table])
    assert units(data)[0] == (
        "Zone: A; Grown persons single: 2.50; Grown persons return: 4.60;"
        " Young persons single: 1.20; Young persons return: 2.20"
    )


def test_a_table_that_was_written_column_by_column_has_rows() -> None:
    rows = [("Board", "Length", "Price"), ("Oak", "2.4 m", "58.00"), ("Pine", "3 m", "19.00")]
    data = made([one for column in range(3) for one in rows_at(rows, 700)[column::3]])
    assert units(data)[0] == "Board: Oak; Length: 2.4 m; Price: 58.00"


def test_narrow_columns_are_parted_where_all_lines_leave_the_same_room() -> None:
    rows = [("Kilo", "Zone 1", "Zone 2"), ("1", "4.90", "9.90"), ("5", "6.90", "13.90"), ("9", "9.90", "18.90")]
    assert units(made(rows_at(rows, 700, (50, 80, 116))))[0] == "Kilo: 1; Zone 1: 4.90; Zone 2: 9.90"


@pytest.mark.parametrize(
    "rows",
    [
        [("Lanternfield", "Mr J. Carter", ""), ("14 Quay Street", "Hill Road 8", ""), ("Heron", "Ardlin 2", "")],
        [("Heron", "Ardlin", "Moy"), ("14 Quay Road", "2 Mill Lane", "7 High Road"), ("960 1", "960 2", "960 3")],
        [("1", "Introduction", "3"), ("2", "Returns", "8"), ("2.1", "Repairs", "13"), ("3", "Addresses", "21")],
        [("Name:", "Born:", "Town:"), ("Street:", "Date:", "House:"), ("Phone:", "Card:", "Valid until:")],
        [("int", "count = 0;", "/* rows */"), ("double", "total = 2.5;", "/* sum */"), ("int", "at = 1;", "/**/")],
        [("the prices", "of our", "tickets are"), ("those of", "the printed", "list which"), ("is", "at", "hand")],
        [("Invoice no.", "4711", "Date"), ("Customer no.", "8812", "3 May"), ("Order", "77", "Page 1")],
        [("Anna", "Ben", "Carl"), ("Dora", "Emil", "Fay"), ("Gus", "Hal", "Ida"), ("Jon", "Kai", "Lea")],
        [
            ("Heron", "Ardlin", "Moy"),
            ("Harbour", "Station", "Hill"),
            ("9 Road", "2 Lane", "7 Hill"),
            ("A", "Z", "B"),
        ],
    ],
)
@pytest.mark.parametrize("by_column", [False, True])
def test_addresses_contents_forms_and_code_are_no_tables_and_no_headings_of_one_another(
    rows: list[Sequence[str]], by_column: bool
) -> None:
    written = rows_at(rows, 700)
    data = made([(50, 760, BEFORE), *(sorted(written, key=lambda one: one[0]) if by_column else written)])
    kinds = [kind for kind, _text in found(data)]
    assert "unit" not in kinds and ("heading", "heading") not in pairwise(kinds)
    said = " ".join(text for _kind, text in found(data))
    assert sorted(said.split()) == sorted(" ".join([BEFORE, *(" ".join(row) for row in rows)]).split())


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [
                ("Waste", "Bin", "Day"),
                ("Paper", "Blue", "Monday"),
                ("Glass", "Green", "Friday"),
                ("Oil", "Shop", "no"),
            ],
            "Waste: Paper; Bin: Blue; Day: Monday",
        ),
        (
            [("Plan", "Wi-Fi", "Lunch"), ("Basic", "no", "no"), ("Plus", "yes", "no"), ("Pro", "yes", "yes")],
            "Plan: Basic; Wi-Fi: no; Lunch: no",
        ),
        (
            [
                ("事项", "审批人", "时限"),
                ("请假", "组长", "当天"),
                ("出差", "总监", "三天"),
                ("报销", "财务", "五天"),
            ],
            "事项: 请假; 审批人: 组长; 时限: 当天",
        ),
        (
            [("学期", "开始", "结束"), ("秋季", "9月1日", "12月20日"), ("春季", "1月8日", "3月30日")],
            "学期: 秋季; 开始: 9月1日; 结束: 12月20日",
        ),
        (
            [("服务", "时长", "价格"), ("洗车", "1小时30分钟", "每次60元"), ("打蜡", "2小时", "每次200元")],
            "服务: 洗车; 时长: 1小时30分钟; 价格: 每次60元",
        ),
        (
            [("Date", "Event", "Place"), ("Tue 5 March", "Opening", "Hall"), ("March 12", "Planting", "Park")],
            "Date: Tue 5 March; Event: Opening; Place: Hall",
        ),
        (
            [
                ("Room", "Winter", "Summer"),
                ("Single", "from £40", "from £60"),
                ("Double", "from £60", "on request"),
            ],
            "Room: Single; Winter: from £40; Summer: from £60",
        ),
    ],
)
def test_short_words_below_names_and_numbers_with_words_around_them_are_tables(
    rows: list[Sequence[str]], said: str
) -> None:
    assert units(made([(50, 760, BEFORE), *rows_at(rows, 700)]))[0] == said
