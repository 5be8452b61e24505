"""An answer that is made again behind what the log has: nothing is said twice, and nothing is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.chat.generation.delivery.onward import Diverged, Onward, unsaid
from apps.chat.generation.fold import Event, Folded, kept_event, text_with

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


words = st.lists(st.text("ab", min_size=1, max_size=3), max_size=6)


@given(st.lists(st.tuples(st.integers(0, 12), words), min_size=1, max_size=4))
def test_who_cannot_take_words_back_has_the_whole_answer_or_is_told(attempts: list[tuple[int, list[str]]]) -> None:
    """`attempts`: how much of the text stands when each begins, and what it says then."""
    text = said = ""
    events: list[Event] = []
    for stands, new in attempts:
        events.append(kept_event(Folded(text[:stands])))
        events += [{"kind": "delta", "text": piece} for piece in new]
        for event in events[-1 - len(new) :]:
            text = text_with(text, event)
    shown, broke = "", False
    for event in events:
        shown = text_with(shown, event)
        try:
            new = unsaid(said, shown)
        except Diverged:
            broke = True
            break
        said += new
    if broke:
        assert not (shown.startswith(said) or said.startswith(shown))
    else:
        assert shown == text and (said.startswith(text))
