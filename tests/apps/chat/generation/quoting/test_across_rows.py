"""Who asks which rows have something in a column is told of all that have, and of no other."""

from dataclasses import replace

import pytest

from apps.chat.generation.quoting.across_rows import across_rows
from apps.chat.generation.quoting.candidates import candidates
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import Retrieval

from ...fakes import passage
from .test_rows import said

ROTA = (
    "Teacher: Ms Adler; Instrument: piano; Friday: 14:00; Saturday: –",
    "Teacher: Mr Brandt; Instrument: guitar; Friday: –; Saturday: 9:00",
    "Teacher: Mr Duarte; Instrument: drums; Friday: no; Saturday: 10:00",
)
DESKS = ("馆员: 陈静; 岗位: 咨询台; 周五: 9:00; 周六: –", "馆员: 吴敏; 岗位: 儿童区; 周五: 无; 周六: 9:00")


DISHES = ("Dish: Soup; Nuts: –; Vegan: yes", "Dish: Pie; Nuts: yes; Vegan: no", "Dish: Cake; Nuts: yes; Vegan: no")
ROOMS = (
    "房间: 竹; 插座: 有; 无线网: 有; 说明: 靠窗",
    "房间: 松; 插座: 无; 无线网: 无",
    "房间: 梅; 插座: 两个; 无线网: 有",
)


def told(question: str, *lines: str, section: int = 1) -> str:
    language = detect_language(question)
    home = passage(*lines)
    text = "\n".join(lines)
    sentences = tuple(replace(one, start=text.find(one.text)) for one in home.sentences)
    home = replace(home, text=text, heading="Rota", language=language, sentences=sentences, section=section)
    found = Retrieval(question, language, (home,), 0.9)
    one = across_rows(question, found, candidates(found, asked=question))
    return "\n".join(part.said for part in one.procedure.parts) if one and one.procedure else ""


@pytest.mark.parametrize(
    ("question", "lines", "words"),
    [
        ("Who teaches on Saturday?", ROTA,
         "Rota:\n- **Teacher: Mr Brandt** – Saturday: 9:00.\n- **Teacher: Mr Duarte** – Saturday: 10:00."),
        ("Who is there on Sat?", ROTA,
         "Rota:\n- **Teacher: Mr Brandt** – Saturday: 9:00.\n- **Teacher: Mr Duarte** – Saturday: 10:00."),
        ("Who is in on Friday?", ROTA, "Rota: **Teacher: Ms Adler** – Friday: 14:00."),
        ("Who teaches guitar on Saturday?", ROTA,
         "Rota: **Teacher: Mr Brandt** – Instrument: guitar; Saturday: 9:00."),
        ("On Friday, who is in?", ROTA, "Rota: **Teacher: Ms Adler** – Friday: 14:00."),
        ("Which dishes contain nuts?", DISHES,
         "Rota:\n- **Dish: Pie** – Nuts: yes.\n- **Dish: Cake** – Nuts: yes."),
        ("Which dishes are vegan?", DISHES, "Rota: **Dish: Soup** – Vegan: yes."),
        ("哪些房间有插座？", ROOMS, "Rota：\n- **竹**，插座：有；说明：靠窗。\n- **梅**，插座：两个。"),
        ("哪些房间有无线网？", ROOMS, "Rota：\n- **竹**，无线网：有；说明：靠窗。\n- **梅**，无线网：有。"),
        ("星期六谁值班？", DESKS, "Rota：**馆员：吴敏**，岗位：儿童区；周六：9:00。"),
    ],
)  # fmt: skip
def test_the_rows_with_something_in_the_column_are_told(question: str, lines: tuple[str, ...], words: str) -> None:
    assert told(question, *lines) == words


@pytest.mark.parametrize(
    "question", ["When is Ms Adler in on Friday?", "Who teaches drums?", "Who is in on Sunday?"]
)
def test_other_questions_are_not_asked_across_a_column(question: str) -> None:
    assert told(question, *ROTA) == ""


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Who is not in on Saturday?", ROTA),
        ("Who doesn't work on Saturday?", ROTA),
        ("who doesnt teach on saturday", ROTA),
        ("Who never teaches on Saturday?", ROTA),
        ("Who is off on Saturday?", ROTA),
        ("Who is away on Saturday?", ROTA),
        ("Who is ill on Saturday?", ROTA),
        ("Who skips work on Saturday?", ROTA),
        ("Who stays in bed on Saturday?", ROTA),
        ("Who hardly works on Saturday?", ROTA),
        ("Which lessons are cancelled on Saturday?", ROTA),
        ("Which dishes are without nuts?", DISHES),
        ("Which dishes have no nuts?", DISHES),
        ("Which dishes don't contain nuts?", DISHES),
        ("Which dishes are free of nuts?", DISHES),
        ("Which dishes are nut-free?", DISHES),
        ("Which dishes are safe with nuts?", DISHES),
        ("Which dishes can I eat with a nut allergy?", DISHES),
        ("Who is in every day except on Saturday?", ROTA),
        ("谁周六不上班？", DESKS),
        ("周六谁没班？", DESKS),
        ("哪位馆员周六休息？", DESKS),
        ("周六谁有空？", DESKS),
        ("周六谁下班？", DESKS),
        ("周六谁旷工？", DESKS),
        ("周六谁走了？", DESKS),
        ("除了周六谁都在吗？", DESKS),
        ("哪些房间没有插座？", ROOMS),
        ("哪些房间无插座？", ROOMS),
        ("哪些房间不带插座？", ROOMS),
    ],
)
def test_who_asks_what_is_missing_is_not_told_what_is_there(question: str, lines: tuple[str, ...]) -> None:
    assert told(question, *lines) == ""


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Who teaches only on Saturday?", ROTA),
        ("Who is in on Saturday morning?", ROTA),
        ("Who is in at 10:00 on Saturday?", ROTA),
        ("Who starts earliest on Saturday?", ROTA),
        ("My son, who is 7, wants to come on Saturday. When?", ROTA),
        ("Who sat there?", ROTA),
        ("Who can I call if my Saturday lesson is cancelled?", ROTA),
        ("Who do I call on Saturday?", ROTA),
        ("Which rooms under £50 are open on Saturday?", ROTA),
        ("Which teacher has room for twenty on Saturday?", ROTA),
        ("哪个房间插座最多？", ROOMS),
        ("哪个房间要说明？", ROOMS),
        ("周六上午谁值班？", DESKS),
    ],
)
def test_fewer_rows_or_a_word_that_is_no_column_are_not_taken_for_it(question: str, lines: tuple[str, ...]) -> None:
    assert told(question, *lines) == ""


@pytest.mark.parametrize("nothing", ["false", "N", "not included", "unavailable", "never", "0", "none yet", "❌"])
def test_a_cell_that_denies_is_nothing(nothing: str) -> None:
    words = told("Which plans have SSO?", "Plan: Team; SSO: yes; Seats: 5", f"Plan: Solo; SSO: {nothing}; Seats: 1")
    assert words == "Rota: **Team** – SSO: yes."


@pytest.mark.parametrize("nothing", ["未开通", "不支持", "不含", "暂无"])
def test_a_chinese_cell_that_denies_is_nothing(nothing: str) -> None:
    assert (
        told("哪些套餐支持邮箱？", "套餐: 甲; 邮箱: 支持; 人数: 5", f"套餐: 乙; 邮箱: {nothing}; 人数: 1")
        == "Rota：**甲**，邮箱：支持。"
    )


@pytest.mark.parametrize(
    "open_", ["x", "?", "traces", "on request", "not before 10:00", "sold out", "yes, but not now"]
)
def test_nothing_is_told_across_where_a_cell_leaves_it_open(open_: str) -> None:
    assert told("Which dishes contain nuts?", *DISHES, f"Dish: Tart; Nuts: {open_}; Vegan: no") == ""


def test_a_table_of_which_a_part_was_found_is_not_told_as_if_it_were_all() -> None:
    assert told("Who teaches on Saturday?", *ROTA, section=1)
    assert told("Who teaches on Saturday?", *ROTA, section=2) == ""


def test_of_two_tables_below_one_heading_only_one_is_told() -> None:
    rooms = ("Room: Hall; Floor: 1; Saturday: 8-20", "Room: Studio; Floor: 2; Saturday: 8-12")
    assert "Hall" not in told("Who teaches on Saturday?", *ROTA, *rooms)


def test_an_empty_cell_is_no_answer_where_the_row_has_others() -> None:
    words = said(ROTA[0], *ROTA[1:], question="Is Ms Adler there on Saturday?", heading="")
    assert words == "**Teacher: Ms Adler** – Instrument: piano; Friday: 14:00."
