"""Who asks when is told a row's times."""

import pytest

from .test_rows import said

TALK = "Course: Saturday Conversation; Times: Sat 10:00-13:00; Largest class: 10; Fee: £12"
TALK_ZH = "课程: 周六会话班; 上课时间: 10:00-13:00; 每课人数: 10"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("When is the Saturday Conversation class?", "Times: Sat 10:00-13:00."),
        ("What is the largest class, and when does it take place?", "Times: Sat 10:00-13:00; Largest class: 10."),
        ("How much is the Saturday Conversation?", "Fee: £12."),
        ("What does the class cost when I am late?", "Largest class: 10; Fee: £12."),
    ],
)
def test_who_asks_when_is_told_the_times_and_no_column_that_shares_a_word(question: str, words: str) -> None:
    row = said(TALK, TALK.replace("Saturday", "Evening"), question=question, heading="")
    assert row == f"**Saturday Conversation** – {words}"


def test_in_chinese_as_well() -> None:
    row = said(
        TALK_ZH, TALK_ZH.replace("周六", "晚"), question="周六会话班每节课是几点？", heading="", language="zh"
    )
    assert row == "**周六会话班**，上课时间：10:00-13:00。"
