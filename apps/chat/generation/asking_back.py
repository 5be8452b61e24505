"""What is said instead of an answer to who has to say more first, or who asks what this is."""

from collections.abc import AsyncGenerator

from apps.knowledge.retrieval.types import Retrieval
from apps.moderation.services import Policy

from ..models import Outcome
from .brief import Brief
from .finding.nearest import nearest_told
from .finding.searching import Back
from .guard import Guard
from .phrases import aside
from .pieces import Closing, Note, Piece, Reading, Text
from .speaking import Measures


async def asked_back(
    brief: Brief, back: Back, retrieval: Retrieval, policy: Policy, measures: Measures
) -> AsyncGenerator[Piece, None]:
    """It counts as small talk: nothing was declined, so nobody is called, but a person is within reach."""
    yield Reading(retrieval, 0, back=back)
    yield Text(_words(brief, back))
    if brief.people:
        yield Note({"kind": "person"})
    if back in {"price", "price_of"}:  # there is something near, or no price would be in question
        guard = Guard(policy, brief, ())
        if near := await nearest_told(retrieval, guard):
            yield near
        yield guard.checked()
    measures.mark("answer")
    timings = retrieval.timings_ms | measures.timings_ms
    yield Closing(Outcome.SMALLTALK, round(retrieval.confidence, 4), timings_ms=timings)


def _words(brief: Brief, back: Back) -> str:
    match back:
        case "itself":
            return brief.welcome
        case "subject":
            return "\n\n".join(filter(None, [aside("which_subject", brief.language), brief.examples]))
    return aside(f"which_{back}", brief.language)
