"""Which pieces of work share a forward pass."""

from collections.abc import Sequence
from itertools import groupby

from model_runtime.backends.base import Work


def passes(works: Sequence[Work], padding: int) -> list[list[Work]]:
    """Works of one length go together, and shorter ones with them as long as that pads with few tokens.

    At most `padding` tokens are added to a pass. Longest first; within a pass by slot.
    """
    groups: list[list[Work]] = []
    left = 0
    for length, equal in groupby(sorted(works, key=_length, reverse=True), key=_length):
        more = list(equal)
        added = (_length(groups[-1][0]) - length) * len(more) if groups else 0
        if groups and added <= left:
            groups[-1] += more
            left -= added
        else:
            groups.append(more)
            left = padding
    return [sorted(group, key=lambda work: work.slot) for group in groups]


def _length(work: Work) -> int:
    return len(work.tokens)
