"""Text from bytes: whole characters only, and nothing of a stop string."""

from hypothesis import given
from hypothesis import strategies as st

from model_runtime.engine.text import StopMatcher, Utf8Assembler

STOPS = st.lists(st.text("ab\n。", min_size=1, max_size=4), max_size=3)


@given(st.text(), st.integers(1, 4))
def test_text_cut_anywhere_into_bytes_comes_back_whole(text: str, size: int) -> None:
    assembler = Utf8Assembler()
    raw = text.encode()
    pieces = [assembler.feed(raw[start : start + size]) for start in range(0, len(raw), size)]
    assert "".join(pieces) == text


@given(st.text(min_size=1), st.data())
def test_half_a_character_is_never_shown(text: str, data: st.DataObject) -> None:
    raw = text.encode()
    cut = data.draw(st.integers(0, len(raw)))
    shown = Utf8Assembler().feed(raw[:cut])
    assert text.startswith(shown)


def test_bytes_that_are_no_text_show_as_one_replacement() -> None:
    assembler = Utf8Assembler()
    assert assembler.feed(b"a\xff") + assembler.feed(b"b") == "a\ufffdb"


@given(st.lists(st.text("ab\n。", max_size=3), max_size=12), STOPS, st.booleans())
def test_stopping_shows_what_one_search_over_the_whole_text_would(
    pieces: list[str], stops: list[str], include: bool
) -> None:
    matcher = StopMatcher(stops, include=include)
    shown = ""
    for piece in pieces:
        shown += matcher.feed(piece)
        if matcher.matched is not None:
            break
    if matcher.matched is None:
        shown += matcher.finish()
    whole = "".join(pieces)
    places = [(whole.find(stop), stop) for stop in stops if stop in whole]
    if places:
        assert matcher.matched in stops
        assert shown == whole[: min(place for place, _ in places) + (len(matcher.matched) if include else 0)]
    else:
        assert shown == whole
    assert include or all(stop not in shown for stop in stops)


def test_text_that_begins_like_a_stop_waits_until_it_is_decided() -> None:
    matcher = StopMatcher(["END"])
    assert matcher.feed("the E") == "the "
    assert matcher.feed("N") == ""
    assert matcher.feed("Dless") == ""
    assert matcher.matched == "END"
    assert matcher.finish() == ""


def test_without_stops_nothing_waits() -> None:
    assert StopMatcher([]).feed("abc") == "abc"
