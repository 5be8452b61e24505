"""Lines over days, as points of an SVG that is stretched to its place; words and numbers stand beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 160
_EDGE = 4  # so that a line at the top or the bottom is whole


@dataclass(frozen=True)
class Line:
    """`number` chooses its colour and dashes, `points` are an SVG polyline's."""

    number: int
    label: str
    total: int
    points: str


@dataclass(frozen=True)
class Chart:
    """`top` is the value of the upper edge; the lower one is 0."""

    lines: list[Line]
    top: int
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(series: Sequence[tuple[str, Sequence[int]]]) -> Chart:
    """Of as many values each, at least two."""
    top = max(1, *(value for _label, values in series for value in values))
    lines = [
        Line(number, label, sum(values), _points(values, top)) for number, (label, values) in enumerate(series, 1)
    ]
    return Chart(lines, top)


def _points(values: Sequence[int], top: int) -> str:
    step, room = WIDTH / (len(values) - 1), HEIGHT - 2 * _EDGE
    return " ".join(
        f"{number * step:.1f},{HEIGHT - _EDGE - value / top * room:.1f}" for number, value in enumerate(values)
    )
