"""A site's colour, made readable: text in it and on it has a contrast of 4.5 : 1 (WCAG 1.4.3), whatever it is."""

from dataclasses import dataclass

READABLE = 4.5
# The grounds of static/css/tokens.css that are hardest to read on.
LIGHT, DARK = "#f1efe9", "#212529"
BLACK, WHITE = "#000000", "#ffffff"


@dataclass(frozen=True)
class Shades:
    """`accent` as text and as ground, `strong` under the pointer, `ink` on both; `soft` is a ground below it."""

    accent: str
    strong: str
    ink: str
    soft: str


def shades_light(colour: str) -> Shades:
    """For light pages: as chosen, or as much darker as it takes."""
    accent = _readable(colour, LIGHT, BLACK)
    return Shades(accent, _mixed(accent, BLACK, 0.18), WHITE, _mixed(accent, WHITE, 0.9))


def shades_dark(colour: str) -> Shades:
    """For dark pages: as chosen, or as much lighter as it takes."""
    accent = _readable(colour, DARK, WHITE)
    return Shades(accent, _mixed(accent, WHITE, 0.25), "#0b0d0e", _mixed(accent, "#121416", 0.85))


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on it."""
    return max((BLACK, WHITE), key=lambda ink: contrast(ink, colour))


def stylesheet(colour: str) -> str:
    """The tokens that carry the accent, for both themes."""
    light, dark = shades_light(colour), shades_dark(colour)
    pairs = {
        "accent": (light.accent, dark.accent),
        "accent-strong": (light.strong, dark.strong),
        "accent-ink": (light.ink, dark.ink),
        "accent-soft": (light.soft, dark.soft),
        "focus": (light.accent, dark.accent),
    }
    lines = "".join(f"  --{name}: light-dark({day}, {night});\n" for name, (day, night) in pairs.items())
    return f":root {{\n{lines}}}\n"


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable(colour: str, ground: str, towards: str) -> str:
    steps = (_mixed(colour, towards, step / 50) for step in range(51))
    return next(mixed for mixed in steps if _reads(mixed, ground, towards))


def _reads(colour: str, ground: str, towards: str) -> bool:
    soft = _mixed(colour, "#ffffff", 0.9) if towards == BLACK else _mixed(colour, "#121416", 0.85)
    return min(contrast(colour, ground), contrast(colour, soft)) >= READABLE


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    scaled = (channel / 255 for channel in _channels(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in scaled)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
