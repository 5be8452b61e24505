"""The steps of what was found, with the passages into which a long procedure was cut."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from uuid import UUID

from django.db.models import Q

from ..ingest.steps import steps_of
from ..models import Passage
from .types import RankedPassage, RankedStep

FARTHEST = 4  # passages before and after
_WORD = re.compile(r"[^\W\d]")


def ranked_steps(passage: Passage) -> tuple[RankedStep, ...]:
    spans = list(zip(passage.spans[::2], passage.spans[1::2], strict=True))
    places = passage.rows if passage.page and passage.rows else [0] * len(spans)
    found = zip(steps_of(passage.text, spans), spans, places, strict=True)
    return tuple(
        RankedStep(step.number, step.depth, start, end, page or None)
        for step, (start, end), page in found
        if step.depth
    )


def goes_on(passage: RankedPassage) -> bool:
    """Whether the procedure at its end may do so in the next passage."""
    return bool(passage.steps) and passage.steps[-1].end == len(passage.text)


def goes_before(passage: RankedPassage) -> bool:
    """Whether the procedure at its beginning begins in a passage before it."""
    first = next(iter(passage.steps), None)
    return first is not None and first.number != 1 and not _WORD.search(passage.text, 0, first.start)


def with_rest(
    found: Sequence[RankedPassage], homes: Sequence[Passage], as_found: Callable[[Passage, float], RankedPassage]
) -> tuple[RankedPassage, ...]:
    """Of each of the `homes`, in the same order, with what comes before and after it of its procedure."""
    pairs = list(zip(found, homes, strict=True))
    cut = [home for one, home in pairs if goes_on(one) or goes_before(one)]
    near = _near(cut)
    return tuple(_with_rest(one, home, near, as_found) if home in cut else one for one, home in pairs)


def _near(homes: Sequence[Passage]) -> dict[tuple[UUID, str, int], Passage]:
    """What stands around them below the same heading, by its place, in one query."""
    around = Q()
    for home in homes:
        first, last = max(0, home.position - FARTHEST), home.position + FARTHEST
        around |= Q(document=home.document_id, heading=home.heading, position__range=(first, last))
    if not homes:
        return {}
    rows = Passage.objects.filter(around).select_related("document").defer("lexemes")
    return {(one.document_id, one.heading, one.position): one for one in rows}


def _with_rest(
    found: RankedPassage,
    home: Passage,
    near: Mapping[tuple[UUID, str, int], Passage],
    as_found: Callable[[Passage, float], RankedPassage],
) -> RankedPassage:
    there = {
        position: one
        for (document, heading, position), one in near.items()
        if (document, heading) == (home.document_id, home.heading)
    }

    def beside(way: int) -> list[RankedPassage]:
        places = (home.position + way * distance for distance in range(1, FARTHEST + 1))
        return [as_found(there[place], 0.0) for place in takewhile(there.__contains__, places)]

    after: list[RankedPassage] = []
    before: list[RankedPassage] = []
    last = first = found
    for one in beside(1):
        if not goes_on(last) or not goes_before(one):
            break
        after.append(one)
        last = one
    for one in beside(-1):
        if not goes_before(first) or not goes_on(one):
            break
        before.insert(0, one)
        first = one
    return replace(found, before=tuple(before), after=tuple(after))
