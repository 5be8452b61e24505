"""Pages of a PDF: what stands at their edges is left out, paragraphs run over them, and headings are told by more
than the size of their letters.
"""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Block
from apps.knowledge.ingest.extract import pdf
from apps.knowledge.ingest.extract.pdf.letters import mended
from apps.knowledge.ingest.extract.pdf.lines import PageLine, paragraphs, spaced
from apps.knowledge.ingest.extract.text import join_lines, join_wrapped
from apps.knowledge.ingest.passages import cut_document

from .made_pdfs import Element, Said, made, tagged, tagged_over

PROSE = [
    "The lamp can be returned within thirty days as long as",
    "its box is whole and nothing about it is broken or",
    "missing. It is warm at night and its light is dimmed",
    "by turning the ring at its foot until it clicks once.",
]


def lines_at(top: float, lines: Sequence[str], step: float = 12) -> list[Said]:
    return [(50, top - step * place, line) for place, line in enumerate(lines)]


def told(data: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in pdf.extract(data).blocks]


def test_a_sentence_over_two_pages_is_one_and_names_the_page_it_begins_on() -> None:
    [piece] = cut_document(pdf.extract(made(lines_at(700, PROSE[:2]), lines_at(700, PROSE[2:]))))
    said = [piece.text[start:end] for start, end in piece.spans]
    assert said == [" ".join(PROSE[:2]) + " missing.", "It is warm at night and its light is dimmed " + PROSE[3]]
    assert (piece.rows, piece.page_range) == ((1, 2), (1, 2))


def test_what_is_counted_at_the_top_of_a_page_begins_a_paragraph() -> None:
    first = "2.2.3 have told everybody whose data this is about it, and"
    second = "2.2.4 shall not break any law in doing what is said above."
    assert [text for _kind, text in told(made(lines_at(700, [first]), lines_at(700, [second])))] == [first, second]


@pytest.mark.parametrize(
    "edges",
    [
        [("Lamps 2026", "1"), ("Lamps 2026", "2"), ("Lamps 2026", "3")],
        [("Lamps 2026   1", ""), ("2   Handbook", ""), ("Lamps 2026   3", ""), ("4   Handbook", "")],
        [("", "Page 1 of 2"), ("", "Page 2 of 2")],
        [("", "第 1 页"), ("", "第 2 页")],
        [("", f"Lamps - Handbook - {page}") for page in (11, 12, 13)],
        [("", f"© {year} Lamps. All rights reserved.") for year in (2026, 2026, 2026)],
        [("", page) for page in ("1", "2", "3", "1", "2")],
    ],
    ids=["head and number", "left and right pages", "two pages", "Chinese", "foot and number", "owner", "anew"],
)
def test_running_heads_and_page_numbers_are_no_text(edges: list[tuple[str, str]]) -> None:
    pages = [
        [*[(50, 770, head)] * bool(head), *lines_at(700, PROSE), *[(280, 30, foot)] * bool(foot)]
        for head, foot in edges
    ]
    assert "".join(text for _kind, text in told(made(*pages))) == " ".join(PROSE) * len(pages)


@pytest.mark.parametrize("head", ["*Lamps and tables {}", "Lamps {}", "灯 {}"])
def test_what_counts_within_sentences_that_run_over_pages_is_no_heading(head: str) -> None:
    text = lines_at(700, PROSE[2:] + PROSE[:2])
    said = told(made(*([(50, 770, head.format(page)), *text] for page in (1, 2, 3))))
    assert [text for _kind, text in said] == [" ".join(line for _x, _y, line in text * 3)]


def test_what_a_page_alone_says_at_its_edge_is_text() -> None:
    pages = [[(50, 770, f"Lamp {name} of 2026"), *lines_at(700, PROSE)] for name in ("one", "two", "six")]
    assert [text for kind, text in told(made(*pages)) if "2026" in text] == [
        f"Lamp {name} of 2026" for name in ("one", "two", "six")
    ]


@pytest.mark.parametrize(
    ("height", "lines"),
    [
        (770, ["*Chapter 1", "*Chapter 2", "*Chapter 3"]),
        (770, ["Day 1", "Day 2", "Day 3"]),
        (770, ["第1天", "第2天", "第3天"]),
        (770, ["Invoice 20231101", "Invoice 5"]),
        (770, ["20231101", "20231102"]),
        (770, ["Order # 5 of May", "Order 6 5 of May", "Order 7 5 of May"]),
        (560, ["Price: 100 EUR", "Price: 101 EUR"]),
        (560, ["Price: 100 EUR", "Price: 120 EUR", "Price: 150 EUR"]),
        (560, ["$100.50", "$101.50"]),
        (560, ["Not dishwasher safe."] * 3),
    ],
)
def test_headings_prices_and_sentences_at_the_edges_of_pages_are_text(height: int, lines: list[str]) -> None:
    for some in (lines[:2], lines):
        said = " ".join(
            text for _kind, text in told(made(*([(50, height, one), *lines_at(700, PROSE)] for one in some)))
        )
        assert [said.count(one.removeprefix("*")) for one in some] == [some.count(one) for one in some]


@pytest.mark.parametrize(
    ("number", "level"),
    [("3.2 Returns", 2), ("3 Returns", 1), ("三、退换货", 1), ("（二）退货", 1), ("第三章 退货", 1)],
)
def test_a_number_makes_a_heading_of_a_line_of_the_same_letters(number: str, level: int) -> None:
    chapter = [(50, 724, "2.9 Before")] if number.startswith("3 ") else []
    page = [*lines_at(790, PROSE), *chapter, *lines_at(706, PROSE), (50, 640, number), *lines_at(622, PROSE)]
    found = [(block.text, block.level) for block in pdf.extract(made(page)).blocks if block.kind == "heading"]
    assert found[-1] == (number, level)


def test_chinese_numbers_say_which_heading_stands_below_which() -> None:
    text = "签收后三十天内的商品都可以退货，运费由买家承担。"
    rows = ["一、退货", "（一）条件", text, "（二）运费", text, "二、换货", text]
    page: list[Said] = [(50, 780 - 20 * place, row) for place, row in enumerate(rows)]
    assert [piece.heading for piece in cut_document(pdf.extract(made(page)))] == [
        "一、退货 › （一）条件",
        "一、退货 › （二）运费",
        "二、换货",
    ]


def test_where_nothing_else_tells_a_short_line_that_stands_alone_is_a_heading() -> None:
    page = [*lines_at(780, PROSE), (50, 712, "Returns"), *lines_at(694, PROSE)]
    assert [(kind, text) for kind, text in told(made(page)) if kind == "heading"] == [("heading", "Returns")]


def test_items_of_a_list_that_stand_apart_are_no_headings() -> None:
    items: list[Said] = [(50, 700 - 24 * place, f"{place + 1}. Take the lamp out") for place in range(4)]
    found = told(made([*lines_at(790, PROSE), *items, *lines_at(580, PROSE)]))
    assert [kind for kind, _text in found].count("unit") >= 3


def test_a_number_at_the_beginning_of_a_line_is_still_part_of_its_sentence() -> None:
    lines = [
        "A receipt is needed for every amount above the limit of",
        "20. Invoices are made out to the company itself.",
    ]
    assert told(made(lines_at(700, lines))) == [("text", " ".join(lines))]


def test_chinese_that_was_set_wide_has_no_blanks_and_lines_join_without() -> None:
    lines = [
        "外 币 按 票 据 当 天 的 汇 率 折 算 ， 其 他 费 用 须 经",
        "财务总监同意，报销单须在五个工作日内改好。",
    ]
    assert told(made(lines_at(700, lines))) == [
        ("text", "外币按票据当天的汇率折算，其他费用须经财务总监同意，报销单须在五个工作日内改好。")
    ]


FORM: list[Element] = [
    ("H1", "Returns"),
    ("P", PROSE[0]),
    ("P", "It costs nothing."),
    ("L", [("LI", [("Lbl", "a"), ("LBody", "The box is whole")])]),
    ("Table", [("TR", [("TH", "Part"), ("TH", "Price")]), ("TR", [("TD", "Lamp"), ("TD", "30")])]),
    ("H2", "Repairs"),
    ("P", "They take a week."),
]


def test_a_tagged_file_tells_its_headings_items_and_cells_itself() -> None:
    assert [(block.kind, block.level, block.text) for block in pdf.extract(tagged(FORM, "Lamps 2026")).blocks] == [
        ("heading", 1, "Returns"),
        ("text", 0, PROSE[0]),
        ("text", 0, "It costs nothing."),
        ("unit", 0, "a The box is whole"),
        ("unit", 0, "Part: Lamp; Price: 30"),
        ("heading", 2, "Repairs"),
        ("text", 0, "They take a week."),
    ]


def test_a_tagged_paragraph_over_two_pages_leaves_what_stands_on_either_as_it_is() -> None:
    first = [("H1", "Returns"), ("P", PROSE[0])]
    second = [("P", PROSE[1]), ("H1", "Repairs"), ("P", "They take a week.")]
    assert told(tagged_over(first, second)) == [
        ("heading", "Returns"),
        ("text", " ".join(PROSE[:2])),
        ("heading", "Repairs"),
        ("text", "They take a week."),
    ]


def test_a_file_that_calls_all_its_text_headings_is_not_believed() -> None:
    assert all(kind == "text" for kind, _text in told(tagged([("H1", line) for line in PROSE])))


def test_a_file_that_calls_every_line_a_paragraph_has_its_sentences_whole() -> None:
    assert told(tagged([("P", line) for line in PROSE[:2]])) == [("text", " ".join(PROSE[:2]))]


@pytest.mark.parametrize("depth", [30, 200])
def test_a_structure_of_any_depth_is_read(depth: int) -> None:
    element: Element = ("P", PROSE[0])
    for _ in range(depth):
        element = ("Sect", [element])
    assert told(tagged([element])) == [("text", PROSE[0])]


@pytest.mark.parametrize(
    ("line", "whole"),
    [("ful\ufffefil it", "fulfil it"), ("well\ufffeKnown a\ufffeb\ufffec", "well-Known ab\ufffec")],
)
def test_words_that_were_parted_at_the_end_of_a_line_are_whole(line: str, whole: str) -> None:
    assert mended(line, frozenset()) == whole


WORDS = st.text("abc zé中文。.-,1", min_size=1, max_size=30).map(str.strip).filter(bool)
LINES = st.lists(
    st.builds(
        PageLine,
        WORDS,
        st.sampled_from([0.0, 10.0, 12.0]),
        apart=st.booleans(),
        unit=st.booleans(),
        page=st.just(0),
        left=st.sampled_from([50.0, 62.0]),
        foot=st.floats(0, 800),
    ),
    max_size=20,
)


@given(LINES, st.lists(st.integers(0, 1), min_size=20, max_size=20), st.booleans())
def test_paragraphs_hold_every_letter_in_order_and_turn_pages_forwards(
    lines: list[PageLine], steps: list[int], headings: bool
) -> None:
    pages = [1 + sum(steps[: place + 1]) for place in range(len(lines))]
    own = [
        PageLine(**{**{name: getattr(line, name) for name in line.__dataclass_fields__}, "page": page})
        for line, page in zip(lines, pages, strict=True)
    ]
    found: list[Block] = list(paragraphs(spaced(own), 40, headings=headings))
    said = "".join(block.text for block in found)
    assert [letter for letter in said if letter.isalpha()] == [
        letter for line in own for letter in line.text if letter.isalpha()
    ]
    told_pages = [page for block in found for page in (block.page, *(page for _at, page in block.turns))]
    assert told_pages == sorted(told_pages)
    assert all(0 < at < len(block.text) + 1 for block in found for at, _page in block.turns)


@given(WORDS, WORDS)
def test_lines_are_joined_without_losing_a_letter(left: str, right: str) -> None:
    for joined in (join_lines(left, right), join_wrapped(left, right)):
        assert joined.replace(" ", "").replace("-", "") == f"{left}{right}".replace(" ", "").replace("-", "")


@pytest.mark.parametrize(
    ("large", "headings", "title"),
    [
        ("The handbook", ["1 Borrowing", "2 Renewing"], "The handbook"),
        ("The handbook", ["Borrowing", "Renewing"], "The handbook"),
        ("1 Borrowing", ["1.1 Machines", "1.2 Cards"], ""),  # one of its sections
        ("", ["Borrowing", "Renewing"], ""),  # one of several
    ],
)
def test_the_first_heading_that_all_others_stand_below_is_the_title(
    large: str, headings: list[str], title: str
) -> None:
    text = [line for heading in headings for line in (f"*{heading}", *PROSE)]
    drawn = f"BT /B 18 Tf 50 740 Td ({large}) Tj ET" if large else ""
    found = pdf.extract(made(lines_at(700, text), drawn=drawn))
    assert found.title == title
    assert [block.text for block in found.blocks if block.kind == "heading"] == [*[large] * bool(large), *headings]


@pytest.mark.parametrize(
    ("said", "title"),
    [("Microsoft Word - handbook.docx", "Handbook"), ("Rules of the house", "Rules of the house")],
)
def test_what_a_program_calls_a_file_gives_way_to_its_own_heading(said: str, title: str) -> None:
    text = [line for heading in ("*Borrowing", "*Renewing") for line in (heading, *PROSE)]
    data = made(lines_at(700, text), drawn="BT /B 18 Tf 50 740 Td (Handbook) Tj ET")
    data = data.replace(b"Helvetica-Bold>>", b"Helvetica-Bold/Title(%s)>>" % said.encode())
    assert pdf.extract(data.replace(b"trailer<<", b"trailer<</Info 6 0 R")).title == title


@pytest.mark.parametrize(
    ("feet", "is_foot"),
    [
        (["Harbour City Library · 1", "Harbour City Library · 2"], True),
        (["读者手册 | 第 1 页", "读者手册 | 第 2 页"], True),
        (["Handbook – page 1 of 2", "Handbook – page 2 of 2"], True),
        (["Box 1", "Box 2"], False),
        (["Price 2026 – 10", "Price 2026 – 11"], False),
        (["Harbour City Library · 1", "Hillside branch · 2"], False),
    ],
)
def test_a_name_with_the_number_of_each_of_two_pages_is_their_foot(feet: list[str], is_foot: bool) -> None:
    said = "".join(text for _kind, text in told(made(*([*lines_at(700, PROSE), (50, 30, foot)] for foot in feet))))
    assert [foot in said for foot in feet] == [not is_foot] * 2
