"""What free slots still hold, so that the known beginning of a prompt is not computed again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

SHORTEST = 16
"""A shared beginning of fewer tokens is computed as fast as it is looked after."""

_BLOCK = 256


@dataclass(frozen=True)
class Held:
    """The tokens whose keys and values a slot holds from position 0 on, and the adapter they were computed with."""

    tokens: Sequence[int] = ()
    adapter: str | None = None


@dataclass(frozen=True)
class Placement:
    """Where a request begins: in `slot`, whose first `common` positions are right once copied from `source`.

    Without a `source` they are right already.
    """

    slot: int
    common: int
    source: int | None = None


def common_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens the two begin with in common."""
    most = min(len(one), len(other))
    start = 0
    # Whole blocks are compared at C's speed; only the last is looked at token by token.
    while start + _BLOCK <= most and one[start : start + _BLOCK] == other[start : start + _BLOCK]:
        start += _BLOCK
    for index in range(start, min(most, start + _BLOCK)):
        if one[index] != other[index]:
            return index
    return min(most, start + _BLOCK)


class FreeSlots:
    """The slots nobody runs in, least recently used first."""

    def __init__(self, count: int) -> None:
        self._held: dict[int, Held] = {slot: Held() for slot in range(count)}

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[int]:
        return iter(self._held)

    def release(self, slot: int, held: Held) -> None:
        """Take back a slot with what it holds."""
        self._held[slot] = held

    def take(self, prompt: Sequence[int], adapter: str | None, running: Mapping[int, Held]) -> Placement:
        """The free slot for a prompt; `running` are the other slots with what they hold or will soon hold.

        The last token of the prompt is never common: computing it gives the first choice.
        """

        reusable = list(prompt[:-1])

        def common(held: Held) -> int:
            return common_prefix(reusable, held.tokens) if held.adapter == adapter else 0

        # One that holds next to nothing is taken first: the readiness probe must not wear out what others left.
        worthless = (slot for slot, held in self._held.items() if len(held.tokens) < SHORTEST)
        oldest = next(worthless, next(iter(self._held)))
        leading, leader = max(((common(held), slot) for slot, held in running.items()), default=(0, -1))
        # Of slots that share as much, the one that holds least beyond it.
        shared, _, warm = max((common(held), -len(held.tokens), slot) for slot, held in self._held.items())
        if leading >= shared + SHORTEST:
            return self._placed(Placement(oldest, leading, leader))
        if shared < SHORTEST:
            return self._placed(Placement(oldest, 0))
        held = self._held[warm]
        if warm == oldest or 4 * shared >= 3 * len(held.tokens):
            return self._placed(Placement(warm, shared))
        # Most of what it holds is another conversation's: that stays, and counts as used.
        self._held[warm] = self._held.pop(warm)
        return self._placed(Placement(oldest, shared, warm))

    def _placed(self, placement: Placement) -> Placement:
        del self._held[placement.slot]
        return placement
