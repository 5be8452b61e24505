"""What a heading or a list's lead forbids is never quoted as if it were allowed."""

from dataclasses import replace
from typing import Any

import pytest

from apps.chat.generation.quoting.candidates import candidates
from apps.knowledge.retrieval.types import Retrieval

from .test_procedures import answered, found_in
from .test_rows import passage

HEATERS = "Candles, rice cookers and heaters in the rooms."


def told(line: str, *, question: str = "?", lines: tuple[str, ...] = (), **where: Any) -> str:
    """How a line is said of the passage that has it, by itself where no other `lines` are given."""
    lines = lines or (line,)
    home = passage(*lines, **where)
    first = next(one for one in home.sentences if one.text == line)
    home = replace(
        home, sentences=tuple(replace(one, rank=1 if one is first else one.rank + 1) for one in home.sentences)
    )
    best = candidates(Retrieval(question, home.language, (home,), 0.9))[0]
    assert best.text == line
    return best.said or best.text


@pytest.mark.parametrize(
    ("heading", "line", "words"),
    [
        ("Rules › Not allowed", HEATERS, f"Not allowed: {HEATERS}"),
        ("Forbidden", "Food and drink Open sandals", "Forbidden: Food and drink Open sandals."),
        ("Don't", "Use steel wool", "Don't: Use steel wool."),
        ("Not covered › At home", "Frost;", "Not covered › At home: Frost."),
        ("What is not included?", "Flights and visas.", "What is not included? Flights and visas."),
        ("You must not bring", "Things that are not allowed on a train",
         "You must not bring: Things that are not allowed on a train."),
        ("Exclusions", "Bicycles without a lock.", "Exclusions: Bicycles without a lock."),
        ("Not allowed", "No-name batteries", "Not allowed: No-name batteries."),
        ("Not covered", "Contact lenses", "Not covered: Contact lenses."),
        ("Not allowed", "Guests who are not registered.", "Not allowed: Guests who are not registered."),
        ("Prohibited", "Bicycles in the corridors; please use the shed.",
         "Prohibited: Bicycles in the corridors; please use the shed."),
    ],
)  # fmt: skip
def test_what_stands_below_a_heading_that_forbids_is_said_with_it(heading: str, line: str, words: str) -> None:
    assert told(line, heading=heading) == words


@pytest.mark.parametrize(
    ("heading", "line", "words"),
    [
        ("规定 › 禁止", "在馆内吃东西", "禁止：在馆内吃东西。"),
        ("不允许携带", "未经允许的刀具", "不允许携带：未经允许的刀具。"),
        ("费用不包括", "机票和签证。", "费用不包括：机票和签证。"),
        ("哪些东西不能寄？", "锂电池和液体。", "哪些东西不能寄？锂电池和液体。"),
        ("请勿", "带宠物进馆", "请勿：带宠物进馆。"),
    ],
)
def test_in_chinese_as_well(heading: str, line: str, words: str) -> None:
    assert told(line, heading=heading, language="zh", question="能吗") == words


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Not allowed", "You can keep a fish."),
        ("Not allowed", "Please use the shed."),
        ("Not allowed", "Smoking is forbidden in all rooms."),
        ("Not allowed › Allowed", "Lamps with a cable."),
        ("Allowed and not allowed", HEATERS),
        ("Dos and don’ts", HEATERS),
        ("Why is my card not accepted?", "It has expired."),
        ("Are pets not allowed?", "Small ones."),
        ("The lamp does not light up", "Check the plug."),
        ("What is included", "Breakfast."),
        ("What cannot be returned", "Gift cards cannot be returned."),
        ("Maps and no-go zones", "Each is 30 cm wide."),
        ("差价退不退", "签收满 7 天，积分到账。"),
        ("要不要买网关", "断网时也要用。"),
        ("禁止", "馆内严禁吸烟。"),
        ("是否允许携带宠物", "小型犬。"),
        ("灯不亮", "检查插头。"),
        ("为什么不能退货", "超过期限。"),
    ],
)
def test_what_says_itself_what_holds_or_is_not_forbidden_stays_as_it_is(heading: str, line: str) -> None:
    assert told(line, heading=heading, language="zh" if heading[0] > "z" else "en") == line


def test_who_asks_in_the_headings_own_words_is_not_told_it_again() -> None:
    assert told(HEATERS, heading="Not allowed", question="not allowed?") == HEATERS


LEAD = "You must not bring on board:"
LIST = ("One bag is free.", LEAD, "knives", "batteries above 100 Wh", "Bicycles travel for £5.")


def test_items_of_a_list_are_said_with_the_lead_that_forbids_them_and_what_follows_the_list_is_not() -> None:
    said = {line: told(line, lines=LIST, heading="Luggage") for line in LIST}
    assert said == {
        line: f"{LEAD} {line}." if line in {"knives", "batteries above 100 Wh"} else line for line in LIST
    }


def test_a_nearer_lead_that_allows_goes_before_the_heading_that_forbids() -> None:
    assert told("knives", lines=LIST, heading="Not allowed") == f"{LEAD} knives."
    lines = ("Allowed instead:", "lamps with a cable")
    assert told("lamps with a cable", lines=lines, heading="Not allowed") == "Allowed instead: lamps with a cable."
    lines = ("In the rooms:", "heaters")
    assert told("heaters", lines=lines, heading="Not allowed") == "Not allowed: heaters."


def test_a_row_of_a_table_says_the_heading_once() -> None:
    lines = ("Item: Knives; Remark: Of any length", "Item: Lighters; Remark: Two at most")
    assert told(lines[0], lines=lines, heading="Forbidden") == "Forbidden: **Knives** – Remark: Of any length."
    below = told(lines[0], lines=lines, heading="Forbidden › Cabin")
    assert below == "Forbidden › Cabin: **Knives** – Remark: Of any length."


def test_steps_that_are_not_to_be_done_say_so_above_them() -> None:
    for heading, lead in (
        ("Don't clean the oven so", ""),
        ("Cleaning", "You must not clean the oven like this:\n\n"),
    ):
        found = found_in(
            f"# Oven\n\n## {heading}\n\n{lead}1. Spray water on it.\n2. Scrape it off.\n", "Spray water on it."
        )
        above = lead.strip() or f"{heading}:"
        assert answered("How do I clean the oven?", found)[0].startswith(f"{above}\n\n1. Spray water on it.\n2.")
