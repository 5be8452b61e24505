"""Tables of a PDF stay tables: a row is one quotable sentence with its headers, and nothing else becomes a row."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Block
from apps.knowledge.ingest.extract import pdf
from apps.knowledge.ingest.extract.pdf.columns import Word
from apps.knowledge.ingest.extract.pdf.tables import find_grids
from apps.knowledge.ingest.passages import cut_document
from tests.examples import examples

from .made_pdfs import made, rows_at

BEFORE = "Prices are those of May, and they hold until the next list is printed."
AFTER = "The lamp can be returned within thirty days."
REAL = Path(__file__).parents[4] / "shared/data/kb/basecamp-policies/privacy/regulations/dpa"
PRICES = [
    ("Part", "Code", "Price"),
    ("Reading lamp", "A-12", "30.00"),
    ("Bulb", "B-7", "4.50"),
    ("Cable", "", "9.00"),
]
ROWS = [
    "Part: Reading lamp; Code: A-12; Price: 30.00",
    "Part: Bulb; Code: B-7; Price: 4.50",
    "Part: Cable; Price: 9.00",
]
PROSE = [
    "The lamp can be returned within thirty days as long as",
    "its box is whole and nothing about it is broken or",
    "missing. It is warm at night and its light is dimmed",
    "by turning the ring at its foot until it clicks once.",
    "After that it stays as bright as it was set before.",
]


def found(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in pdf.extract(data).blocks]


def units(data: bytes) -> list[str]:
    return [text for kind, text in found(data) if kind == "unit"]


def test_a_table_becomes_rows_with_their_headers_and_swallows_no_sentence() -> None:
    data = made([(50, 760, BEFORE), *rows_at(PRICES, 730), (50, 640, AFTER)])
    assert found(data) == [("text", BEFORE), *(("unit", row) for row in ROWS), ("text", AFTER)]


def test_a_table_stands_below_its_heading_on_its_page() -> None:
    page = [(50, 760, BEFORE), (50, 740, "*Spare parts"), *rows_at(PRICES, 715), (50, 630, AFTER)]
    passages = cut_document(pdf.extract(made([(50, 760, BEFORE)], page)))
    assert [(one.heading, one.page) for one in passages if ROWS[0] in one.text] == [("Spare parts", 2)]


def test_a_chinese_table_becomes_rows() -> None:
    rows = [("部件", "编码", "价格"), ("阅读灯", "A-12", "30.00"), ("灯泡", "B-7", "4.50")]
    assert units(made(rows_at(rows, 700))) == [
        "部件: 阅读灯; 编码: A-12; 价格: 30.00",
        "部件: 灯泡; 编码: B-7; 价格: 4.50",
    ]


def test_columns_of_words_below_bold_headers_are_a_table() -> None:
    rows = [("*Mode", "*Light"), ("Sleep", "dark red"), ("Day", "warm white"), ("Work", "bright")]
    assert units(made(rows_at(rows, 700, (50, 200))))[0] == "Mode: Sleep; Light: dark red"


def test_the_lines_of_a_cell_are_one_row() -> None:
    data = made(
        [
            *[(50, 700, "Mode"), (150, 700, "What it does"), (400, 700, "Sound")],
            *[(50, 680, "Sleep"), (150, 680, "The fan turns slowly and the"), (150, 668, "light goes out.")],
            *[
                (400, 680, "22 dB"),
                (50, 648, "Turbo"),
                (150, 648, "The fan turns at its"),
                (150, 636, "highest speed."),
            ],
            *[(400, 648, "58 dB"), (50, 616, "Off"), (150, 616, "Nothing."), (400, 616, "0 dB")],
        ]
    )
    assert units(data)[:2] == [
        "Mode: Sleep; What it does: The fan turns slowly and the light goes out.; Sound: 22 dB",
        "Mode: Turbo; What it does: The fan turns at its highest speed.; Sound: 58 dB",
    ]


def test_lines_that_are_drawn_make_a_table_of_a_single_row_and_hold_distant_rows_together() -> None:
    drawn = "\n".join(f"40 {y} m 400 {y} l S" for y in (715, 692, 650, 600))
    page = [*rows_at(PRICES[:1], 700), (50, 670, "Bulb"), (200, 670, "B-7"), (300, 670, "4.50")]
    assert units(made(page, drawn=drawn)) == ["Part: Bulb; Code: B-7; Price: 4.50"]


def test_a_cell_of_three_lines_between_drawn_lines_is_one_with_what_stands_beside_its_middle_or_last_one() -> None:
    drawn = "\n".join(f"40 {y} m 400 {y} l S" for y in (715, 694, 646, 600))
    drawn += "\n" + "\n".join(f"{x} 600 m {x} 715 l S" for x in (40, 150, 250, 400))
    middle = [(50, 680, "Junior"), (50, 668, "Summer"), (50, 656, "Course"), (200, 668, "20"), (300, 668, "A1")]
    last = [(50, 632, "Autumn"), (50, 620, "Short"), (50, 608, "Course"), (200, 608, "12"), (300, 608, "B2")]
    page = [*rows_at([("Course", "Lessons", "Level")], 700), *middle, *last, (50, 580, AFTER)]
    assert units(made(page, drawn=drawn)) == [
        "Course: Junior Summer Course; Lessons: 20; Level: A1",
        "Course: Autumn Short Course; Lessons: 12; Level: B2",
    ]


def test_a_line_between_a_table_and_the_next_one_is_in_neither() -> None:
    drawn = "\n".join(f"40 {y} m 400 {y} l S" for y in (715, 694, 676, 658, 617, 598, 580))
    page = [*rows_at(PRICES[:3], 700), (50, 640, "In winter"), *rows_at(PRICES[:2], 604)]
    assert found(made(page, drawn=drawn))[2][1] == "In winter"


def test_times_and_what_happens_then_are_a_table_below_names() -> None:
    rows = [
        ("Time", "What happens"),
        ("9:00-10:30", "Grammar"),
        ("10:30-11:00", "Coffee break"),
        ("11:00", "Talks"),
    ]
    assert units(made(rows_at(rows, 700, (50, 200)))) == [
        "Time: 9:00-10:30; What happens: Grammar",
        "Time: 10:30-11:00; What happens: Coffee break",
        "Time: 11:00; What happens: Talks",
    ]


@pytest.mark.parametrize("head", [("Chapter", "Title"), ("9:00", "Breakfast")])
def test_numbers_of_chapters_and_times_without_names_are_no_table_of_two_columns(head: tuple[str, str]) -> None:
    numbers = [f"{2 + place}.10" if head[0] == "Chapter" else f"{9 + place}:30" for place in range(4)]
    rows = [head, *zip(numbers, ["Setting up", "Going on", "Alarms", "Last words"], strict=True)]
    assert not units(made(rows_at(rows, 700, (50, 200))))


def test_cells_that_nearly_touch_are_parted_by_the_lines_drawn_between_them() -> None:
    drawn = "\n".join([f"46 {y} m 150 {y} l S" for y in (712, 694, 676, 658)] + ["46 658 104 54 re S"])
    drawn += "\n" + "\n".join(f"{x} 658 m {x} 712 l S" for x in (84, 124))
    rows = [("Part", "Code", "Price"), ("Gasket", "ZX-441", "17"), ("Ring", "ZX-902", "230")]
    data = made([*rows_at(rows, 700, (50, 87, 127)), (50, 640, AFTER)], drawn=drawn)
    assert units(data) == ["Part: Gasket; Code: ZX-441; Price: 17", "Part: Ring; Code: ZX-902; Price: 230"]


def test_the_last_two_rows_of_a_table_stand_overleaf() -> None:
    more = [("Foot", "F-1", "7.00"), ("Ring", "R-2", "2.00")]
    data = made(rows_at(PRICES, 150), [*rows_at(more, 760), (50, 500, AFTER)])
    assert units(data)[3:] == ["Part: Foot; Code: F-1; Price: 7.00", "Part: Ring; Code: R-2; Price: 2.00"]


@pytest.mark.parametrize("again", [PRICES[:1], []])
def test_a_table_goes_on_on_the_next_page_with_or_without_its_headers_said_again(
    again: list[Sequence[str]],
) -> None:
    more = [("Foot", "F-1", "7.00"), ("Ring", "R-2", "2.00"), ("Shade", "S-3", "on request")]
    data = made(rows_at(PRICES, 150), [*rows_at([*again, *more], 760), (50, 500, AFTER)])
    assert units(data) == [
        *ROWS,
        "Part: Foot; Code: F-1; Price: 7.00",
        "Part: Ring; Code: R-2; Price: 2.00",
        *units(data)[5:],
    ]
    assert units(data)[5:] == ["Part: Shade; Code: S-3; Price: on request"]


def test_headers_that_are_said_again_on_every_page_are_no_running_head() -> None:
    pages = [rows_at([PRICES[0], (f"Lamp {name}", f"{name}-1", "5.00")], 760) for name in "ABCDE"]
    pages[0] = rows_at(PRICES, 760)
    assert units(made(*pages))[-1] == "Part: Lamp E; Code: E-1; Price: 5.00"


def test_two_columns_of_prose_are_no_table() -> None:
    by_column = [(left, 700 - 14 * place, line) for left in (40, 320) for place, line in enumerate(PROSE)]
    across = sorted(by_column, key=lambda one: (-one[1], one[0]))
    assert not units(made(by_column)) and not units(made(across))
    assert " ".join(text for _kind, text in found(made(by_column))) == " ".join(PROSE * 2)


@pytest.mark.parametrize(
    "rows",
    [
        [("1.", "Take the lamp"), ("2.", "Turn it 3 times"), ("3.", "Wait 10 minutes"), ("4.", "12 more")],
        [("Introduction", "3"), ("Returns", "8"), ("Repairs", "13"), ("Addresses", "21")],
        [("Reception desk", "4400"), ("Security", "4401"), ("Workshop", "4402")],
        [("Monday", "open"), ("Tuesday", "open"), ("Wednesday", "closed")],
        [("2.1", "Who may return a lamp"), ("(a)", "the one who bought it"), ("(b)", "who got it as a gift")],
    ],
)
def test_lists_and_tables_of_contents_are_no_tables(rows: list[Sequence[str]]) -> None:
    data = made([(50, 760, BEFORE), *rows_at(rows, 700, (50, 250))])
    assert not any("; " in text or ": " in text for _kind, text in found(data))


def test_rows_without_headers_are_rows_all_the_same() -> None:
    assert units(made(rows_at([*PRICES[1:3], ("Ring", "R-2", "2.00")], 700)))[0] == "Reading lamp; A-12; 30.00"


labels = st.text("abcdefgh", min_size=2, max_size=8)
numbers = st.integers(1, 9999).map(str)
tables = st.integers(2, 6).flatmap(
    lambda count: st.tuples(
        st.lists(labels, min_size=count, max_size=count, unique=True),
        st.lists(st.tuples(labels, *[numbers] * (count - 1)), min_size=2, max_size=12),
    )
)


@given(tables, st.floats(12, 30), st.booleans())
def test_every_table_keeps_its_rows_and_columns(
    table: tuple[list[str], list[tuple[str, ...]]], pitch: float, right: bool
) -> None:
    headers, rows = table
    words: list[Word] = []
    for number, row in enumerate([headers, *rows]):
        for column, text in enumerate(row):
            left = 40 + 90 * column + (60 - 5 * len(text) if right else 0)
            place, foot = len(words) * 20, 700 - pitch * number
            words.append(Word(text, place, number, left, left + 5 * len(text), foot, foot + 11))
    [grid], _refused = find_grids(words, [], lambda _place: False)
    assert (grid.headers, grid.rows) == (headers, [list(row) for row in rows])


anywhere = st.builds(
    lambda text, place, left, foot: Word(text, place, place // 3, left, left + 5 * len(text), foot, foot + 11),
    st.one_of(st.text("ab1.:£", min_size=1, max_size=6), st.sampled_from(["4.90", "12 kg", "Price", "." * 20])),
    st.integers(0, 200),
    st.sampled_from([float(x) for x in range(0, 400, 25)]),
    st.sampled_from([float(y) for y in range(0, 300, 13)]),
)


@settings(max_examples=examples(200))
@given(
    st.lists(anywhere, max_size=60),
    st.lists(st.tuples(st.floats(0, 300), st.just(0.0), st.just(400.0)), max_size=5),
)
def test_no_word_of_a_table_is_lost_and_none_is_told_twice(
    words: list[Word], rules: list[tuple[float, float, float]]
) -> None:
    grids, _refused = find_grids(words, rules, lambda _place: False)
    for grid in grids:
        names, rows = ("".join(cell for row in some for cell in row) for some in ([grid.headers], grid.rows))
        written = "".join(word.text for word in words if word.line in grid.lines and not word.leads)
        said = Counter(written.replace(" ", ""))
        assert said <= Counter((names + rows).replace(" ", "")) and Counter(rows.replace(" ", "")) <= said
    assert len({line for grid in grids for line in grid.lines}) == sum(len(grid.lines) for grid in grids)


@pytest.mark.skipif(not REAL.exists(), reason="the real documents are not here")
def test_the_tables_of_a_real_contract_are_read_and_its_numbered_paragraphs_are_none() -> None:
    file = REAL / "Basecamp_Data_Processing_Addendum_v202212.pdf"
    blocks: list[Block] = pdf.extract(file.read_bytes()).blocks
    rows = [block.text for block in blocks if block.kind == "unit" and block.page == 9]
    assert any(row.startswith("The Parties: Key Contact; Exporter") for row in rows)
    assert not any("2.1" in block.text for block in blocks if block.kind == "unit")
