"""How texts are cut for a classifier: nothing is lost, nothing is too long, sentences stay whole."""

from hypothesis import given
from hypothesis import strategies as st

from apps.moderation.spans import settled, spans

BITS = ["Hello. ", "3.5 ", "好的。", "为什么？", "word ", "\n", "!", "“Yes.” ", "e.g. "]
BITS += ["x" * 40, "字" * 30, "🙂" * 20]
TEXT = st.lists(st.sampled_from(BITS), max_size=30).map("".join)


@given(text=TEXT, limit=st.integers(64, 300), before=TEXT)
def test_the_pieces_are_the_text_and_none_is_longer_than_the_classifier_reads(
    text: str, limit: int, before: str
) -> None:
    found = spans(text, limit, before)
    assert "".join(text[span.start : span.end] for span in found) == text
    for span in found:
        assert span.text.endswith(text[span.start : span.end]) and len(span.text.encode()) <= limit
        assert (before + text[: span.end]).endswith(span.text)


@given(text=TEXT, more=TEXT, limit=st.integers(64, 300))
def test_what_is_complete_stays_complete_whatever_follows(text: str, more: str, limit: int) -> None:
    assert settled(text, limit) <= settled(text + more, limit)


def test_a_sentence_is_complete_at_its_end_and_a_number_is_no_end() -> None:
    assert settled("It costs 3.5 euros", 200) == 0
    assert settled("It costs 3.5 euros. And", 200) == len("It costs 3.5 euros.")
    assert settled("可以退货。请", 200) == len("可以退货。")
    assert settled("他说“可以。”然后", 200) == len("他说“可以。”")


def test_a_long_text_without_any_sentence_does_not_wait_for_its_end() -> None:
    assert 0 < settled("word " * 100, 64) <= 48


def test_what_stood_before_comes_along_from_its_last_sentence_on() -> None:
    (span,) = spans("You idiot.", 200, before="Something long was said here. You are an. ")
    assert span.text == "You are an. You idiot." and (span.start, span.end) == (0, 10)


def test_a_phrase_that_a_cut_divides_is_seen_whole() -> None:
    text = "word " * 8 + "very bad phrase " + "word " * 20
    assert any("very bad phrase" in span.text for span in spans(text, 64))
