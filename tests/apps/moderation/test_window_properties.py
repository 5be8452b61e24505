"""However a text is cut, the window says what it says about the whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.moderation.normal import normalise
from apps.moderation.policy import DEFAULT_RULES, policy_compile
from tests.examples import examples

from .windows import pieces_give_what_the_whole_gives

POLICY = policy_compile(1, DEFAULT_RULES)
BITS = ["138", "1234", "5678", "4111", "1111", " ", "-", "+86 ", "a", "b.c", "@", "example.com", "fu", "ck", "ing"]
BITS += [
    "傻",
    "逼",
    "王八",
    "蛋",
    "好",
    "，",
    "ｆ",
    "\u200b",
    "é",
    "ﬁ",
    "110105194912310",
    "02X",
    "S",
    "hit",
    "sh1t",
    "uuu",
    "$",
    "0",
    "\n",
    ".",
]
TEXT = st.lists(st.sampled_from(BITS), max_size=14).map("".join)


@settings(max_examples=examples(300))
@given(text=TEXT, cuts=st.lists(st.integers(0, 60), max_size=8))
def test_pieces_give_what_the_whole_gives(text: str, cuts: list[int]) -> None:
    pieces_give_what_the_whole_gives(POLICY, text, cuts)


@given(left=st.text(max_size=20), right=st.text(max_size=20))
def test_a_text_normalises_the_same_wherever_it_is_cut(left: str, right: str) -> None:
    assert normalise(left + right).text == normalise(left).text + normalise(right).text
