"""Listed words with characters hidden in them, with letters repeated, and with digits in place of letters."""

import pytest

from apps.moderation.errors import Blocked
from apps.moderation.normal import normalise
from apps.moderation.window import OutputWindow

from .parted import POLICY, found
from .windows import pieces_give_what_the_whole_gives


@pytest.mark.parametrize(
    "written",
    ["baaaad", "baddddd", "BAAAD", "kill tiiime", "kill timeee", "k1ll time", "sn0rb3lf@x", "s n o r b e l f a x"],
)
@pytest.mark.parametrize("around", ["{}", "no. {}!", "so {} here"])
def test_a_word_is_found_with_letters_repeated_or_written_as_digits(written: str, around: str) -> None:
    assert found(around.format(written)) == [written]


@pytest.mark.parametrize(
    "text",
    [
        "baade",
        "baaade",
        "b4de",
        "8ad",
        "oooox",
        "ba4 ba4",
        "bd",
        "ab4d",
        "89964",
        "b4.d",
        "b4d",
        "SN0RBELFAX-1",
        "5-sn0rbelfax",
        "snorbelf@x.com",
    ],
)
def test_other_words_and_codes_are_none_in_disguise(text: str) -> None:
    assert found(text) == []


def test_an_answer_with_characters_without_width_in_a_row_is_not_held_back_and_hides_no_word() -> None:
    window, shown = OutputWindow(POLICY, language="en"), ""
    for text in ("b", "y, a b"):
        shown += window.feed(text)
        for _ in range(50):
            shown += window.feed("\u200b\u0301" * 20)
            assert window.fed - window.released <= 17
    with pytest.raises(Blocked):
        window.feed("ad. It is.")
    assert normalise(shown).text == "by, a "


@pytest.mark.parametrize("cut", range(1, 25))
def test_a_code_passes_and_an_address_is_only_masked_wherever_they_are_cut(cut: int) -> None:
    for text, shown in (
        ("The SN0RBELFAX-1 is sold out.", "The SN0RBELFAX-1 is sold out."),
        ("Write to snorbelf@x.com.", "Write to ••••••••."),
    ):
        window = OutputWindow(POLICY, language="en")
        assert window.feed(text[:cut]) + window.feed(text[cut:]) + window.finish() == shown


@pytest.mark.parametrize("text", ["It is snorbelf@x.", "No sn0rbelfax.Never", "a sn0rbelfax-like one"])
def test_a_word_with_a_sign_for_a_letter_that_ends_there_is_withheld(text: str) -> None:
    window = OutputWindow(POLICY, language="en")
    with pytest.raises(Blocked):
        window.feed(text)
        window.finish()


@pytest.mark.parametrize(
    "written",
    ["k1ll time", "kill t1me", "kill tiiime", "kill timeee", "ki\u200bll time", "sn0rbelfax", "baaad", "b\u200bad"],
)
@pytest.mark.parametrize("around", ["{}", "no. {}!", "so {} here", "{}e", "@{}"])
def test_wherever_an_answer_is_cut_a_word_in_disguise_is_withheld(written: str, around: str) -> None:
    text = around.format(written)
    for cut in range(len(text) + 1):
        pieces_give_what_the_whole_gives(POLICY, text, [cut])
    pieces_give_what_the_whole_gives(POLICY, text, range(len(text)))
