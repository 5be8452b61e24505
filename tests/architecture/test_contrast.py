"""Text can be read: every pair of text and ground in the tokens, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
COLOUR = re.compile(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
THEMES = {"light": 0, "dark": 1}

GROUNDS = ("paper", "raised", "sunken", "pressed")
TEXT = [
    *[("ink", ground) for ground in (*GROUNDS, "mark", "accent-soft", "danger-soft", "warn-soft", "ok-soft")],
    *[("muted", ground) for ground in ("paper", "raised", "sunken")],
    *[("accent", ground) for ground in ("paper", "raised", "accent-soft")],
    *[("accent-strong", ground) for ground in ("paper", "raised")],
    *[("accent-ink", ground) for ground in ("accent", "accent-strong")],
    *[(state, ground) for state in ("danger", "warn", "ok") for ground in ("paper", "raised", f"{state}-soft")],
    ("danger", "sunken"),
    ("paper", "ink"),  # toasts
]
SHAPES = [
    *[("edge", ground) for ground in ("paper", "raised")],
    *[("focus", ground) for ground in GROUNDS],
    *[(f"chart-{number}", ground) for number in range(1, 7) for ground in ("paper", "raised")],
]


def tokens() -> dict[str, tuple[str, str]]:
    return {name: (light, dark) for name, light, dark in COLOUR.findall(TOKENS.read_text())}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(pairs: list[tuple[str, str]], theme: str, least: float) -> dict[str, float]:
    known, at = tokens(), THEMES[theme]
    ratios = {f"{text} on {ground}": contrast(known[text][at], known[ground][at]) for text, ground in pairs}
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_from_its_ground(theme: str) -> None:
    assert too_weak(TEXT, theme, 4.5) == {}


@pytest.mark.parametrize("theme", THEMES)
def test_controls_focus_and_charts_stand_out_from_their_ground(theme: str) -> None:
    assert too_weak(SHAPES, theme, 3.0) == {}


def test_every_colour_is_a_token() -> None:
    """A colour that is written elsewhere would escape the two tests above."""
    sheets = [path for path in TOKENS.parent.rglob("*.css") if path != TOKENS]
    text = {path.name: re.sub(r"box-shadow:[^;]*;", "", path.read_text()) for path in sheets}
    assert {
        name: found for name, css in text.items() if (found := re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(", css))
    } == {}


def test_the_sum_is_right() -> None:
    assert round(contrast("#000000", "#ffffff"), 1) == 21.0
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
