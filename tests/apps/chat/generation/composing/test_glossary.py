"""Terms of an organisation: found where a text uses them, and missed where a translation does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.generation.composing.translating import MOST_PARAGRAPHS, paragraphs_of
from apps.chat.generation.glossary import terms_in, terms_missed

LAMP, SHADE, CASE = ("desk lamp", "台灯"), ("lamp shade", "台灯灯罩"), ("case (ticket)", "工单")
TERMS = [LAMP, SHADE, CASE]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Two Desk\nLamps and a case (ticket).", "en", [LAMP, CASE]),
        ("The desk lampholder", "en", []),
        ("台灯灯罩坏了", "zh", [SHADE]),
        ("台灯和台灯灯罩，还有台灯", "zh", [LAMP, SHADE]),
        ("", "en", []),
    ],
)
def test_a_term_is_found_in_any_case_and_number_and_the_longer_one_wins(text: str, language, found: list) -> None:
    assert terms_in(text, TERMS, language) == found


def test_a_translation_with_another_word_misses_the_term() -> None:
    assert terms_missed([LAMP, CASE], "请为书桌灯提交工单。", "zh") == [LAMP]
    assert terms_missed([LAMP, CASE], "Open a case (ticket) for the desk lamps.", "en") == []


@given(st.lists(st.text(alphabet="ab\n 灯", min_size=1), max_size=90).map("\n".join))
def test_paragraphs_hold_every_word_in_order_and_are_few(text: str) -> None:
    paragraphs = paragraphs_of(text)
    assert "".join("".join(paragraphs).split()) == "".join(text.split())
    assert len(paragraphs) <= MOST_PARAGRAPHS and all("\n\n" not in part for part in paragraphs)


def test_blank_lines_part_paragraphs_and_without_any_the_lines_do() -> None:
    assert paragraphs_of("One\ntwo\n \n\nthree") == ["One\ntwo", "three"]
    assert paragraphs_of("一\n二") == ["一", "二"]
