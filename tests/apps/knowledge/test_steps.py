"""Steps of a procedure keep their numbers from the file to the passage, and none is doubled or lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Block, Extracted
from apps.knowledge.ingest.code import quotable
from apps.knowledge.ingest.extract import html, markdown, text
from apps.knowledge.ingest.extract.typed_steps import typed_steps
from apps.knowledge.ingest.passages import Piece, Splitting, cut_document
from apps.knowledge.ingest.steps import indented, settled, steps_of, unmarked

OPEN, CHOOSE, PRESS = "Open the page of rooms.", "Choose the day and the time.", "Press the green button."
THREE = f"1. {OPEN}\n2. {CHOOSE}\n3. {PRESS}"


def passages(document: Extracted) -> list[str]:
    return [piece.text for piece in cut_document(document)]


def numbers(piece: Piece) -> list[int]:
    return [step.number for step in steps_of(piece.text, piece.spans) if step.number]


def md(source: str) -> list[str]:
    return passages(markdown.from_markdown(source))


def test_an_ordered_list_of_markdown_keeps_its_numbers_which_no_quoted_sentence_holds() -> None:
    [piece] = cut_document(markdown.from_markdown(f"To book a room:\n\n{THREE}\n"))
    assert piece.text == f"To book a room:\n{THREE}"
    assert [piece.text[start:end] for start, end in piece.spans] == ["To book a room:", OPEN, CHOOSE, PRESS]
    assert numbers(piece) == [1, 2, 3]


def test_code_a_table_and_a_note_between_two_steps_stand_in_the_first_one() -> None:
    source = (
        f"1. {OPEN}\n\n```\nmake\n```\n\n| a | b |\n|---|---|\n| c | d |\n\nIt takes a minute.\n\n2. {CHOOSE}\n"
    )
    assert md(source) == [f"1. {OPEN}\n```\nmake\n```\n   a: c; b: d\n   It takes a minute.\n2. {CHOOSE}"]


def test_steps_inside_a_step_are_indented() -> None:
    source = f"1. {OPEN}\n   1. {CHOOSE}\n   2. {PRESS}\n2. {CHOOSE}\n   - {OPEN}\n"
    [piece] = cut_document(markdown.from_markdown(source))
    assert piece.text == f"1. {OPEN}\n   1. {CHOOSE}\n   2. {PRESS}\n2. {CHOOSE}\n   {OPEN}"
    assert [step.depth for step in steps_of(piece.text, piece.spans)] == [1, 2, 2, 1, 1]


def test_a_short_step_takes_nothing_in_that_begins_a_line_below_it() -> None:
    bullets = "   Bring it back to us here.\n   Leave it in the box outside."
    source = (
        f"1. {OPEN}\n2. Close it.\n   - Bring it back to us here.\n   - Leave it in the box outside.\n3. {PRESS}\n"
    )
    assert md(source) == [f"1. {OPEN}\n2. Close it.\n{bullets}\n3. {PRESS}"]
    assert md(f"1. {OPEN}\n2. Close it.\n\n   It takes a minute.\n") == [
        f"1. {OPEN}\n2. Close it.\n   It takes a minute."
    ]
    lettered = f"1. {OPEN}\n2. Close it.\na) Push it down until it clicks.\n3. {PRESS}"
    assert passages(text.extract(lettered.encode())) == [lettered.replace("a)", "   a)")]


def test_a_short_step_is_one_sentence_with_the_rest_of_its_own_line() -> None:
    long = " ".join(["Then wait until the lamp is green and the door can be opened again."] * 5)
    [piece] = cut_document(markdown.from_markdown(f"1. {OPEN}\n2. Close it. {long}\n"))
    said = [piece.text[start:end] for start, end in piece.spans]
    assert said[1].startswith("Close it. Then wait until")


def test_bullets_and_a_lone_item_are_no_steps() -> None:
    assert md(f"- {OPEN}\n- {CHOOSE}\n") == [f"{OPEN}\n{CHOOSE}"]
    assert md(f"1. {OPEN}\n\nAnd more is said of it below.\n") == [f"{OPEN}\nAnd more is said of it below."]


def test_every_item_may_be_written_with_1_and_a_second_list_begins_anew() -> None:
    assert md(f"1. {OPEN}\n1. {CHOOSE}\n1. {PRESS}\n") == [THREE]
    assert md(f"{THREE}\n1. {OPEN}\n2. {PRESS}\n") == [f"{THREE}\n1. {OPEN}\n2. {PRESS}"]


def test_html_lists_keep_their_start_their_values_and_their_lists_inside() -> None:
    page = (
        f"<main><h1>Rooms</h1><ol type=a start=3><li>{OPEN}<ol><li>{PRESS}</li><li>{CHOOSE}</li></ol></li>"
        f"<li value=7>{CHOOSE}</li><li>{PRESS}</li></ol></main>"
    )
    told = f"3. {OPEN}\n   1. {PRESS}\n   2. {CHOOSE}\n7. {CHOOSE}\n8. {PRESS}"
    assert passages(html.extract(page.encode())) == [told]


@pytest.mark.parametrize(
    "form",
    [
        "{}. ",
        "{}) ",
        "({}) ",
        "（{}）",
        "{}、",
        "Step {}: ",
        "STEP {} - ",
        "第{}步：",
        "步骤{}：",
        "①",
        "第{han}步，",
    ],
)
def test_lines_that_somebody_numbered_are_steps_in_plain_text(form: str) -> None:
    said = [
        ("①②③"[place] if form == "①" else form.format(place + 1, han="一二三"[place])) + words
        for place, words in enumerate([OPEN, CHOOSE, PRESS])
    ]
    assert passages(text.extract("\n".join(["To book a room:", *said]).encode())) == [f"To book a room:\n{THREE}"]


@pytest.mark.parametrize(
    "lines",
    [
        ["2. Lamps are warm at night.", "3. Fans are silent at night."],  # begins with no 1
        ["1. Lamps are warm at night.", "3. Fans are silent at night."],
        ["1. May 2026 was a warm month.", "2. May 2027 was a cold one."],
        ["1.5 litres go into the kettle.", "2.5 litres go into the pot."],
        ["Version 1.2 of the lamp is out.", "Version 1.3 of the lamp is out."],
        ["1.20 euros is what it costs.", "2.20 euros is what both cost."],
        ["第一章 灯具在夜里是暖光的。", "第二章 风扇在夜里是静音的。"],
        ["第一次来请先办理借书证。", "第二次来请直接进去。"],
    ],
)
def test_what_does_not_count_on_from_1_or_is_a_date_a_version_or_a_price_is_no_step(lines: list[str]) -> None:
    [piece] = cut_document(text.extract("\n".join(lines).encode()))
    assert numbers(piece) == []


def test_numbered_headings_of_plain_text_stay_headings() -> None:
    source = f"1. The rooms\n\n{OPEN} {CHOOSE}\n\n2. The halls\n\n{PRESS} {OPEN}\n"
    assert [piece.heading for piece in cut_document(text.extract(source.encode()))] == [
        "1. The rooms",
        "2. The halls",
    ]


def test_chinese_steps_that_markdown_does_not_know_are_steps_there_too() -> None:
    assert md("# 预约\n\n1、打开预约页面。\n2、选择日期和时段。\n") == ["1. 打开预约页面。\n2. 选择日期和时段。"]
    page = "<main><h1>预约</h1><p>①打开预约页面。<br>②选择日期和时段。</p></main>"
    assert passages(html.extract(page.encode())) == ["1. 打开预约页面。\n2. 选择日期和时段。"]


def test_a_run_stays_together_with_its_lead_and_is_repeated_in_no_other_passage() -> None:
    prose = " ".join(f"Sentence {n} of this page says what the rooms are like." for n in range(12))
    pieces = cut_document(
        markdown.from_markdown(f"{prose}\n\nTo book a room:\n\n{THREE}\n\n{prose}"), Splitting(400, 2)
    )
    holding = [piece for piece in pieces if numbers(piece)]
    assert [numbers(piece) for piece in holding] == [[1, 2, 3]]
    assert f"To book a room:\n{THREE}" in holding[0].text


WORDS = st.text(st.sampled_from("abc 中文。. ！W"), min_size=1, max_size=260).map(str.strip).filter(bool)
PROSE = WORDS.map(lambda said: [Block("text", said)])
RUNS = st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=2)), min_size=2, max_size=9).map(
    lambda run: [
        block
        for number, (said, more) in enumerate(run, 1)
        for block in [Block("unit", said, step=number), *(Block("text", one, inside=1) for one in more)]
    ]
)
SECTIONS = st.lists(st.one_of(PROSE, RUNS), max_size=8).map(
    lambda parts: [block for part in parts for block in part]
)
SPLITTINGS = st.builds(Splitting, st.integers(200, 3600), st.integers(0, 2))


@given(SECTIONS, SPLITTINGS)
def test_no_step_is_lost_or_doubled_however_a_text_is_split(blocks: list[Block], splitting: Splitting) -> None:
    pieces = cut_document(Extracted("", blocks), splitting)
    assert [number for piece in pieces for number in numbers(piece)] == [one.step for one in blocks if one.step]


@given(SECTIONS, SPLITTINGS)
def test_a_step_that_fits_is_in_one_passage_and_the_text_without_numbers_is_what_was_said(
    blocks: list[Block], splitting: Splitting
) -> None:
    pieces = cut_document(Extracted("", blocks), splitting)
    for piece in pieces:
        assert len(piece.text) <= splitting.limit(piece.language) * 1.1 + 20
    said = "".join("".join(unmarked(piece.text, piece.spans).split()) for piece in pieces)
    for block in blocks:
        if block.step and len(block.text) < 60:
            assert "".join(block.text.split()) in said


@given(
    st.lists(
        st.sampled_from(["1. a", "2. b", "1、好", "①好", "x", "Step 1: y", "Step 2: z", "(1) c", "(2) d"]),
        max_size=12,
    )
)
def test_what_is_numbered_by_hand_rises_by_one_from_one(lines: list[str]) -> None:
    found = settled(typed_steps([Block("text", line) for line in lines]))
    runs: dict[int, int] = {}
    for block in found:
        if block.step:
            assert block.step in {1, runs.get(block.inside, 0) + 1}
            runs[block.inside] = block.step


def test_steps_that_somebody_writes_into_a_passage_are_steps() -> None:
    told = f"{THREE}\nClosed on Sundays."
    spans = quotable(told)
    assert [told[start:end] for start, end in spans] == [OPEN, CHOOSE, PRESS, "Closed on Sundays."]
    assert [step.number for step in steps_of(told, spans)] == [1, 2, 3, 0]
    lone = "1. FC Union is a club.\n3. It plays at home."
    assert [step.number for step in steps_of(lone, quotable(lone))] == [0, 0]


def test_dates_that_somebody_writes_into_a_passage_keep_their_days() -> None:
    told = "24. December: closed all day.\n25. December: closed all day."
    spans = quotable(told)
    assert [told[start:end] for start, end in spans] == told.split("\n")
    assert [step.number for step in steps_of(told, spans)] == [0, 0]


@pytest.mark.parametrize(
    ("line", "kept"), [("   1. a  b ", "   1. a b"), (" x ", "x"), ("         deep", "      deep")]
)
def test_a_line_in_a_step_stays_where_it_begins(line: str, kept: str) -> None:
    assert indented(line) == kept
