"""Which procedure is told to who asks the way: never a step alone, nor steps for another deed."""

from dataclasses import replace
from typing import Any, cast

import pytest

from apps.chat.generation.brief import Brief
from apps.chat.generation.narrowing import best_of
from apps.chat.generation.quoting.choice import choice_of
from apps.chat.generation.quoting.deeds import of_the_deed
from apps.core.language import detect_language
from apps.knowledge.retrieval.types import Retrieval

from .test_procedures import CHOOSE, OPEN, ROOMS, THREE, answered, found_in

RULE = "No money is paid back when the delay was announced before you bought the ticket."
CLAIM = f"# Trains\n\n## Money back for delays\n\n{RULE}\n\n## How to get money back for a delay\n\n{THREE}\n"


def test_steps_nearly_as_good_below_a_heading_that_says_as_much_go_before_prose() -> None:
    rule, claim = found_in(CLAIM, RULE)
    near = replace(claim, sentences=tuple(replace(one, score=8.0 - one.rank / 10) for one in claim.sentences))
    far = replace(claim, sentences=tuple(replace(one, score=2.0) for one in claim.sentences))
    elsewhere = replace(near, heading="How to get a job")
    question = "How do I get money back for a late train after a delay?"
    assert answered(question, (rule, near))[0] == f"{THREE} [1]"
    assert answered(question, (rule, far))[0] == f"{RULE} [1]"
    assert answered(question, (rule, elsewhere))[0] == f"{RULE} [1]", "and no step of it beside the rule"
    assert answered("What are the steps to get money back for a delay?", (rule, far))[0] == f"{THREE} [1]"


@pytest.mark.parametrize(
    ("steps", "asked"), [(8.0, "How do I get"), (6.5, "How do I get"), (2.0, "What are the steps to get")]
)
def test_steps_that_go_before_a_better_sentence_do_not_stand_out_but_are_told_where_that_would_be(
    steps: float, asked: str
) -> None:
    rule, claim = found_in(CLAIM, RULE)
    near = replace(claim, sentences=tuple(replace(one, score=steps - one.rank / 10) for one in claim.sentences))
    question, target = f"{asked} money back for a late train after a delay?", cast(Any, None)
    brief = Brief(question, "en", "Help", (), True, 0.2, 2, 2, {"no": "Nothing."}, target)
    for confidence in (0.9, 0.3):
        chosen = choice_of(brief, Retrieval(question, "en", (rule, near), confidence))
        assert chosen.sources[0].procedure and chosen.lead < 0


@pytest.mark.parametrize(
    "question",
    [
        "What is the third step to book?",
        "What comes after choosing the day?",
        "What is step 2?",
        "预约的第三步是什么？",
        "选好日期之后下一步是什么？",
    ],
)
def test_who_asks_for_one_step_by_its_place_is_told_all(question: str) -> None:
    assert answered(question, found_in(ROOMS, CHOOSE))[0] == f"{THREE} [1]"


@pytest.mark.parametrize(
    ("question", "all_of_it"),
    [
        ("手术当天签完同意书之后做什么？", True),
        ("同意书签完了做什么呢？", True),
        ("午饭后做什么？", False),
        ("签完同意书之后谁做什么？", False),
        ("签完同意书之后多久抽血？", False),
    ],
)
def test_what_follows_a_step_is_told_with_all_of_them(question: str, all_of_it: bool) -> None:
    sign = "在手术同意书上签字。"
    steps = f"1. 早上把宠物送到后门。\n2. {sign}\n3. 护士称体重、抽血。"
    found = found_in(f"# 手术须知\n\n## 手术当天\n\n{steps}\n", sign)
    assert (steps in answered(question, found)[0]) is all_of_it


@pytest.mark.parametrize(
    "question",
    [
        "Who approves step 2?",
        "How much does step 2 cost?",
        "When is the next step?",
        "Is the last step required?",
        "What happens next year with the rooms?",
        "What comes after lunch?",
        "第三步由谁审批？",
        "第一步要多少钱？",
        "接下来的假期是哪天？",
        "接下来几天开放吗？",
    ],
)
def test_who_asks_a_fact_of_a_step_or_of_no_step_at_all_is_not_told_all(question: str) -> None:
    assert answered(question, found_in(ROOMS, CHOOSE))[0] == f"{CHOOSE} [1]"


@pytest.mark.parametrize(
    ("question", "heading", "does"),
    [
        ("How do I put money on my card?", "Block a lost card", False),
        ("My card was stolen, what do I do?", "Block a lost card", True),
        ("How do I block my card?", "Block a lost card", True),
        ("How do I cancel my card?", "Get a card", False),
        ("How do I call off my visit?", "Cancel a visit", True),
        ("怎么给卡充值？", "挂失智能卡", False),
        ("卡找不到了怎么办？", "挂失智能卡", True),
        ("怎么注销智能卡？", "办理智能卡", False),
        ("How do I top up my card?", "Lost or stolen cards", False),
        ("How do I top up?", "Lost cards and top-ups", True),
        ("How do I end my membership?", "Cancel a membership", True),
        ("How do I drop a course?", "Cancel a course", True),
        ("How do I restore a deleted file?", "Get a copy of a file", True),
        ("How do I claim if my flight was canceled?", "Get your money back", True),
        ("My badge broke, how do I get a new one?", "Lost badge", True),
        ("How do I prevent theft of my bike?", "Register a bike", True),
        ("How do I cancel and book again?", "Book a room", True),
        ("会议室不需要了怎么办？", "取消会议室", True),
        ("航班取消了怎么改签？", "办理改签", True),
        ("如何避免取消订单？", "预订须知", True),
    ],
)
def test_steps_are_not_told_to_who_wants_another_thing_done(question: str, heading: str, does: bool) -> None:
    note = "Cards cost five pounds each."
    source = f"# Cards\n\n## {heading}\n\n{THREE}\n\n## Cards\n\n{note}\n"
    found = Retrieval(question, detect_language(question), found_in(source, OPEN), 0.9)
    left = of_the_deed(found, question, question)
    assert (left is found) is does
    assert does or (best_of(left).text == note and left.confidence < 0.5)  # type: ignore[union-attr]
