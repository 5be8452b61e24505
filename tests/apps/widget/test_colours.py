"""Whatever colour a site has, its widget can be read."""

from hypothesis import example, given
from hypothesis import strategies as st

from apps.widget.colours import contrast, ink_on, shades_dark, shades_light

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
@example("#ffff00")
@example("#000000")
@example("#ffffff")
def test_text_in_and_on_the_accent_is_readable_in_both_themes(colour: str) -> None:
    for shades, grounds in (
        (shades_light(colour), ("#faf9f6", "#ffffff", "#f1efe9")),
        (shades_dark(colour), ("#121416", "#1a1d20", "#212529")),
    ):
        for ground in (*grounds, shades.soft):
            assert contrast(shades.accent, ground) >= 4.5
        assert contrast(shades.ink, shades.accent) >= 4.5
        assert contrast(shades.ink, shades.strong) >= 4.5


@given(COLOURS)
def test_words_on_the_button_are_readable(colour: str) -> None:
    assert contrast(ink_on(colour), colour) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert shades_light("#0f766e").accent == "#0f766e"
