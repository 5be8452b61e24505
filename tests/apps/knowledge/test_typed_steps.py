"""What is a step by hand and what only looks like one; no word and no date of a file is lost over it."""

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Block, Extracted
from apps.knowledge.ingest.extract import docx as word
from apps.knowledge.ingest.extract import markdown, text
from apps.knowledge.ingest.extract.typed_steps import numbered_steps
from apps.knowledge.ingest.passages import cut_document

from .test_word_files import paragraphs, saved

OPEN, CLOSE = "Open the lid of the box.", "Close the lid of the box."
LID, WAIT, PRESS = "打开盖子，取出电池放好。", "关上盖子，等待一下再看。", "按下开关，直到灯亮起来。"


def passages(document: Extracted) -> list[str]:
    return [piece.text for piece in cut_document(document)]


def plain(source: str) -> list[str]:
    return passages(text.extract(source.encode()))


def md(source: str) -> list[str]:
    return passages(markdown.from_markdown(source))


@pytest.mark.parametrize("read", [plain, md])
@pytest.mark.parametrize(
    "verb",
    [
        "Mark",
        "Mail",
        "Maintain",
        "Maybe clean",
        "Marinate",
        "March to",
        "Separate",
        "Decide on",
        "Decrease",
        "Augment",
    ],
)
def test_an_imperative_that_begins_like_a_month_is_a_step(verb: str, read: Callable[[str], list[str]]) -> None:
    source = f"1. {OPEN}\n2. {verb} the page.\n3. {CLOSE}"
    assert read(source) == [source]


def test_one_step_that_reads_like_a_date_ends_no_procedure() -> None:
    source = f"1. {OPEN}\n2. March, then turn around.\n3. {CLOSE}"
    assert plain(source) == [source]


@pytest.mark.parametrize("read", [lambda source: text.extract(source.encode()), markdown.from_markdown])
@pytest.mark.parametrize(
    "source",
    [
        "1. May: closed all day long\n3. October: closed all day long",
        "24. December: closed all day long",
        "24. Dezember 2026: den ganzen Tag zu",
        "24. Dec., closed all day long",
        "1. May 2026: closed all day long\n2. June 2026: open all day long",
        "31. December we close at noon today.",
        "24. December we close at noon today.\n31. December we close at noon, too.",
    ],
)
def test_a_date_keeps_its_day(source: str, read: Callable[[str], Extracted]) -> None:
    [piece] = cut_document(read(source))
    assert piece.text == source
    assert [piece.text[start:end] for start, end in piece.spans] == source.split("\n")


@pytest.mark.parametrize("read", [plain, md])
def test_a_year_that_begins_a_sentence_keeps_its_number(read: Callable[[str], list[str]]) -> None:
    assert read("1986. A great year for all.") == ["1986. A great year for all."]


CHINESE = ["{}.", "第 {} 步：", "第{}步 ", "步骤{} ", "步骤 {} ", "步骤 {}：", "{han}、", "（{han}）", "({han}) "]


@pytest.mark.parametrize("read", [plain, md])
@pytest.mark.parametrize("form", CHINESE)
def test_the_usual_chinese_ways_to_number_steps_are_known(form: str, read: Callable[[str], list[str]]) -> None:
    lines = [form.format(place, han="一二三"[place - 1]) + said for place, said in enumerate((LID, WAIT, PRESS), 1)]
    assert read("\n".join(lines)) == [f"1. {LID}\n2. {WAIT}\n3. {PRESS}"]


def test_in_word_too_short_chinese_lines_are_steps_and_lines_above_text_are_headings() -> None:
    steps, parts = ["1.打开盖子", "2.等一下", "3.按下开关"], ["1.营业时间", LID, "2.收费标准", WAIT]
    found = word.extract(saved(paragraphs(*steps))).blocks
    assert [(block.step, block.text) for block in found] == [(1, "打开盖子"), (2, "等一下"), (3, "按下开关")]
    found = word.extract(saved(paragraphs(*parts))).blocks
    assert [(block.step, block.text) for block in found] == [(0, said) for said in parts]


def test_short_chinese_steps_behind_a_full_stop_are_not_glued() -> None:
    assert plain("1.打开盖子\n2.等一下\n3.按下开关") == ["1. 打开盖子\n2. 等一下\n3. 按下开关"]


@pytest.mark.parametrize(
    "lines",
    [
        ["一、营业时间", "每天九点开门，晚上八点关门。", "二、收费标准", "成人每次收费二十元，儿童免费。"],
        ["1.营业时间", "每天九点开门，晚上八点关门。", "2.收费标准", "成人每次收费二十元，儿童免费。"],
    ],
)
def test_numbered_headings_in_chinese_stay_headings(lines: list[str]) -> None:
    found = text.extract("\n\n".join(lines).encode()).blocks
    assert [(block.kind, block.text) for block in found if block.kind == "heading"] == [
        ("heading", lines[0]),
        ("heading", lines[2]),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["一、营业时间", "二、收费标准", "三、联系方式"],  # a table of contents
        ["一、总则如下所述。", "本馆每天九点开门，晚上八点关门。", "二、收费如下所述。", "成人每次收费二十元。"],
        ["二、关上盖子，等待一下再看。", "三、按下开关，直到灯亮起来。"],  # begins with no 一
        ["1.5升水倒进水壶里烧开。", "2.5升水倒进锅里烧开。"],
    ],
)
def test_headings_and_figures_in_chinese_are_no_steps_and_lose_nothing(lines: list[str]) -> None:
    found = numbered_steps([Block("text", line) for line in lines])
    assert [(block.step, block.text) for block in found] == [(0, line) for line in lines]


SIGNS = ["{}. ", "{}.", "{}、", "{}) ", "第 {} 步 ", "步骤{} ", "（{han}）", "{han}、", "- ", ""]
WORDS = ["Mark it.", "May: closed", "December 2026", "Mail it to us.", LID, WAIT, "营业时间", "rest, then go."]
LINES = st.lists(
    st.builds(
        lambda sign, number, said: sign.format(number, han="一二三四五"[number - 1]) + said,
        st.sampled_from(SIGNS),
        st.integers(1, 5),
        st.sampled_from(WORDS),
    ),
    max_size=10,
)
_NUMBERED = re.compile(r"\s*(?:-\s|第 \d 步|步骤\d|（[一二三四五]）|[一二三四五]、|\d[.)、])\s*")


@given(LINES)
@example(["1. Mark it.", "2. May: closed"])
@example(["1. May: closed", "2. May: closed"])
@example([f"一、{LID}", "营业时间", f"二、{WAIT}"])
def test_but_for_its_number_a_line_stays_as_it_is(lines: list[str]) -> None:
    found = numbered_steps([Block("unit", line) for line in lines])
    for line, block in zip(lines, found, strict=True):
        marker = _NUMBERED.match(line)
        bare = line[marker.end() :] if marker else line
        assert block.text in {line, bare}
        assert block.step or block.text == line or not re.match(r"\d\. (?:May|December)", line)
        assert not block.step or (
            marker and str(block.step) in line.translate(str.maketrans("一二三四五", "12345"))
        )


@given(LINES)
def test_no_word_and_no_date_of_a_plain_text_is_lost(lines: list[str]) -> None:
    said = "".join(
        "".join(piece.heading + piece.text) for piece in cut_document(text.extract("\n".join(lines).encode()))
    )
    for line in lines:
        marker = _NUMBERED.match(line)
        assert "".join((line[marker.end() :] if marker else line).split()) in "".join(said.split())


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            f"1. {OPEN}\n2.\n\nA paragraph of some length stands here.",
            f"{OPEN}\nA paragraph of some length stands here.",
        ),
        (f"1. {OPEN}\n2. ![](a.png)\n\n- {CLOSE}", f"{OPEN}\n{CLOSE}"),
        (f"1. {OPEN}\n2. -\n   - {CLOSE}\n3. {OPEN}", f"1. {OPEN}\n2. {CLOSE}\n3. {OPEN}"),
        (f"1. {OPEN}\n2. -\n\n   {CLOSE}\n3. {OPEN}", f"1. {OPEN}\n2. {CLOSE}\n3. {OPEN}"),
    ],
)
def test_an_empty_item_numbers_nothing_else(source: str, told: str) -> None:
    assert md(source) == [told]


@given(
    st.lists(
        st.sampled_from(["1. a\n", "2.\n", "   1.\n", "-\n", "   - b c\n", "\n", "Some text.\n", "# T\n"]),
        max_size=9,
    )
)
def test_nothing_stands_in_fewer_steps_than_none(parts: list[str]) -> None:
    assert all(block.inside >= 0 for block in markdown.from_markdown("".join(parts)).blocks)
