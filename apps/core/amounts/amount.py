"""What an amount is: a length of time, a sum of money, a date, or a number of what is not told."""

from dataclasses import dataclass, replace

from .units import DATE, DATED, Unit

DAYS = 32  # of a month, where only the order of dates matters
YEAR_OF_DAYS = 13 * DAYS
_BELOW_ZERO = {"warmth", "length", "percent"}


@dataclass(frozen=True)
class Amount:
    """From `low` to `high`, which differ for a month; `unit` is None of a bare number, between `head` and `tail`.
    `plus` and `minus`: or more, or less. `factor` is what its number ends with, as 万. It may be told `of` a thing:
    "a 3-day course".
    """

    low: float
    high: float
    unit: Unit | None
    head: str = ""
    tail: str = ""
    plus: bool = False
    minus: bool = False
    factor: float = 1
    of: str = ""
    also: Unit | None = None  # what else the word for its unit means, or a date without its year

    def as_unit(self, unit: Unit) -> "Amount":
        """A bare number as what it counts: the unit of another one beside it, or of its column."""
        if unit.kind == DATE.kind:
            return replace(self, low=self.low * DAYS + 1, high=self.high * DAYS + 31, unit=DATE)
        return replace(self, low=self.low * unit.size, high=self.high * unit.size, unit=unit)

    def as_also(self) -> "Amount":
        """What it is if its unit's word means the other thing: 60 pounds are money, too."""
        if self.unit is None or self.also is None:
            return self
        if self.unit == DATED:
            return replace(self, low=self.low % YEAR_OF_DAYS, high=self.high % YEAR_OF_DAYS, unit=DATE, also=None)
        bare = replace(self, low=self.low / self.unit.size, high=self.high / self.unit.size, also=None)
        return bare.as_unit(self.also)

    def later(self, years: float) -> "Amount":
        """A date so many years on."""
        return replace(self, low=self.low + years * YEAR_OF_DAYS, high=self.high + years * YEAR_OF_DAYS)

    def below_zero(self) -> "Amount | None":
        """With a minus, which not everything may have."""
        if self.unit is not None and self.unit.kind not in _BELOW_ZERO:
            return None
        return replace(self, low=-self.high, high=-self.low)
