"""The arithmetic of the tables: percentiles, medians of rounds, and whether a target is met."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all do not exceed (nearest rank); NaN of nothing."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over the rounds of ours by theirs: each round is compared with itself, so a busy minute of a
    shared machine weighs on both sides."""
    return statistics.median(our / their for our, their in zip(ours, theirs, strict=True))


@dataclass(frozen=True)
class Target:
    """What a ratio must reach. `aim` is what would be better still."""

    bound: float
    at_least: bool = True
    aim: float | None = None

    def met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        aim = f" (aim {self.aim:g})" if self.aim is not None else ""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}{aim}"


@dataclass(frozen=True)
class Row:
    """A line of the runtime's table. `value` is what the target is for; a row without a target only informs."""

    what: str
    figure: str
    value: float | None = None
    target: Target | None = None
    unit: str = "×"

    def cells(self, *, judged: bool = True) -> tuple[str, str, str, str, str]:
        """As text. A trial is not `judged`: its figures are no measurement."""
        shown = "" if self.value is None else f"{self.value:.3g} {self.unit}".rstrip()
        if self.target is None:
            return self.what, self.figure, shown, "", ""
        met = "not run" if self.value is None else "yes" if self.target.met(self.value) else "**no**"
        if not judged and self.value is not None:
            met = "a trial only"
        return self.what, self.figure, shown, f"{self.target} {self.unit}".rstrip(), met


def line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


HEAD = line(("what", "measured", "value", "target", "met")) + "\n" + "| --- " * 5 + "|"
