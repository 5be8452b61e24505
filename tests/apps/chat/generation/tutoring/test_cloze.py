"""The gap that a tutor leaves in a quoted sentence."""

import pytest

from apps.chat.generation.tutoring.cloze import Gap, gap_asked, gap_for
from apps.core.language import detect_language

LIGHT = "In a vacuum light travels about 300,000 kilometres in a second."
CONES = "Cones see colours but need much light."


@pytest.mark.parametrize(
    ("question", "sentence", "term"),
    [
        ("How fast is light?", LIGHT, "300,000"),
        ("What do cones see?", CONES, "colours"),
        ("离灯远一倍，照度剩多少？", "离一盏小灯的距离增加一倍，照度只剩四分之一。", "四分之一"),
        ("光的速度是多少？", "在真空中，光每秒大约传播 30 万千米。", "30 万"),
        ("红光的波长是多少？", "约 400 纳米是紫光，约 700 纳米是红光。", "700"),
    ],
)
def test_what_is_left_out_is_what_the_question_did_not_say(question: str, sentence: str, term: str) -> None:
    gap = gap_for([sentence], question, detect_language(question))
    assert gap == Gap(sentence, term)
    answer = f"{sentence} [1]\n\n**Check yourself:**\n\n> {gap.shown}"
    assert term not in gap.shown and gap_asked(answer, ["Another sentence.", sentence]) == gap


def test_nothing_is_asked_where_the_question_holds_every_term_or_it_stands_there_twice() -> None:
    assert gap_for(["Lamps glow."], "Why do lamps glow?", "en") is None
    assert gap_for(["看光，看光。"], "看什么？", "zh") is None
    assert gap_for(["Lamps glow.", CONES], "Why do lamps glow?", "en") == Gap(CONES, "colours")


@pytest.mark.parametrize("text", ["They see ____.", "> ____", "**Check:**\n\n> Rods see ____ but need light."])
def test_an_answer_without_a_gap_in_a_sentence_that_it_quotes_asked_nothing(text: str) -> None:
    assert gap_asked(text, [CONES]) is None
