"""An answer that is made again behind what the log has: nothing is said twice, and nothing is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.generation.fold import Folded
from apps.chat.generation.onward import Diverged, Onward

pieces = st.lists(st.text("ab", min_size=1, max_size=4), max_size=8)


def made_again(before: str, again: list[str]) -> str:
    """What is new, when the answer comes in these pieces; raises Diverged."""
    onward = Onward(Folded(text=before))
    new = [onward.new({"kind": "delta", "text": text}) for text in again]
    onward.finish()
    return "".join(event["text"] for event in new if event)


@given(pieces, st.integers(0, 40))
def test_the_whole_answer_is_there_once_wherever_it_was_cut(again: list[str], cut: int) -> None:
    whole = "".join(again)
    assert whole[:cut] + made_again(whole[:cut], again) == whole


@given(st.text("ab", max_size=8), pieces)
def test_an_answer_that_begins_otherwise_is_never_joined_to_what_was_said(before: str, again: list[str]) -> None:
    try:
        new = made_again(before, again)
    except Diverged:
        assert not "".join(again).startswith(before)
    else:
        assert before + new == "".join(again)


def test_sources_are_told_once_and_another_sentence_under_the_same_number_ends_it() -> None:
    onward = Onward(Folded(text="a", sources=[{"number": 1, "excerpt": "p"}]))
    assert onward.new({"kind": "source", "number": 1, "excerpt": "p"}) is None
    with pytest.raises(Diverged):
        onward.new({"kind": "source", "number": 1, "excerpt": "q"})
