"""Folding events, and cutting a stopped answer where its reader was."""

from hypothesis import given
from hypothesis import strategies as st

from apps.chat.generation.fold import fold, seen_part


def test_deltas_are_joined_and_sources_kept() -> None:
    source = {"kind": "source", "number": 1, "title": "Returns"}
    folded = fold([(1, {"kind": "delta", "text": "a"}), (2, source), (3, {"kind": "delta", "text": "b"})])
    assert (folded.text, folded.last_seq, folded.sources) == ("ab", 3, [{"number": 1, "title": "Returns"}])


@given(st.text(st.characters(blacklist_categories=["Cs"])), st.integers(0, 50))
def test_what_was_seen_is_a_prefix_that_fits(text: str, units: int) -> None:
    part = seen_part(text, units)
    assert text.startswith(part) and len(part.encode("utf-16-le")) <= units * 2


def test_emoji_count_as_in_the_browser_and_citations_stay_whole() -> None:
    assert seen_part("👍 yes", 1) == ""
    assert seen_part("👍 yes", 2) == "👍"
    assert [seen_part("Free. [12] More", units) for units in (6, 7, 8, 9, 10)] == [
        "Free. ",
        "Free.",
        "Free.",
        "Free.",
        "Free. [12]",
    ]
