"""How the packaged English model gets to read Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.indexing.glossary import glossed, words_of

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("快递三天没动了", "express delivery three day not move"),
        ("運費多少", "shipping fee how much"),  # traditional characters read as simplified ones
        ("打包 unique_identifier 失败，怎么办？", "package unique_identifier fail , what to do"),
        ("Plain English stays, 30 days.", "Plain English stays, 30 days."),
        ("的", ""),
    ],
)
def test_chinese_words_give_way_to_english_ones_and_all_else_stays(text: str, english: str) -> None:
    assert glossed(text) == english


@given(CHINESE)
def test_no_character_is_lost_or_doubled_by_finding_words(run: str) -> None:
    assert "".join(words_of(run)) == run


@given(st.text(max_size=60))
def test_no_chinese_is_left_over(text: str) -> None:
    assert not any("\u3400" <= sign <= "\u9fff" for sign in glossed(text))
