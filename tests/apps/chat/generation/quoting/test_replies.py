"""A yes or no is not carried from one question to another."""

from dataclasses import replace

import pytest

from apps.chat.generation.quoting.candidates import candidates
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval

from ...fakes import passage


def said(text: str, question: str, heading: str = "is the store open monday", language: str = "en") -> str:
    whole: RankedPassage = replace(passage(text), heading=heading, language=language)
    whole = replace(whole, sentences=(RankedSentence(1, text, 0, len(text), 1.0),))
    (one,) = candidates(Retrieval(question, whole.language, (whole,), 0.9))
    assert one.text == text, "the model is asked about the document's own words"
    return one.said or one.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("No, the shop is closed on Mondays.", "The shop is closed on Mondays."),
        ("Yes. During those 60 minutes you can correct it.", "During those 60 minutes you can correct it."),
        ("Yes, it does. The lamp has a battery.", "The lamp has a battery."),
        ("No data leaves the lamp.", "No data leaves the lamp."),
        ("Yes, it does.", "Yes, it does."),
        ("不能，每笔订单只能换货一次。", "每笔订单只能换货一次。"),
        ("会。付费维修一律先报价。", "付费维修一律先报价。"),
        ("能量回收效率为九成。", "能量回收效率为九成。"),
    ],
)
def test_the_answer_to_another_question_is_quoted_without_its_yes_or_no(text: str, words: str) -> None:
    language = "en" if text.isascii() else "zh"
    assert said(text, "Are you open on Sundays?", language=language) == words


@pytest.mark.parametrize(
    "text",
    [
        "No. 12 buses stop in front of the shop.",
        "No. of seats: 14 in each carriage.",
        "No, you don't, unless you live abroad.",
        "Yes, you can, if the box is unopened.",
        "No, you may, however, swap it.",
        "No, the lamp, however, can be swapped.",
        "Yes, but only with the receipt.",
        "Yes, except on Sundays.",
        "Yes, by interlibrary loan. It costs €4.",
        "不收，除非您住在国外。",
        "可以，通过馆际互借。每本四欧元。",
        "有，但是要付费。",
        "可以，如果包装没有拆开。",
        "能，只限七天之内办理。",
    ],
)
def test_a_yes_or_no_stays_before_what_limits_it_or_where_it_is_a_number(text: str) -> None:
    language = "en" if text.isascii() else "zh"
    assert said(text, "Are you open on Sundays?", language=language) == text


def test_the_answer_to_the_question_itself_keeps_it() -> None:
    closed = "No, the shop is closed on Mondays."
    assert said(closed, "Is the store open Monday?", heading="Shop › is the store open monday") == closed
