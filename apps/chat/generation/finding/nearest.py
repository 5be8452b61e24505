"""Where the documents come nearest to a question that they do not answer: to be opened, not quoted."""

from uuid import UUID

from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.moderation.services import Whole

from ..guard import Guard
from ..pieces import Note

MOST = 2  # what is ranked further down led to no answer
# The least cosine of any passage, and the least that the search has to be sure: docs/subsystems/answers.md has what
# each leaves.
NEAR = 0.35
SURE = 0.03


async def nearest_told(retrieval: Retrieval, guard: Guard) -> Note | None:
    """What leads to the best passages, where the question is about what the documents are about; else None, also
    where `guard` lets their headings not be shown.
    """
    places = _places(retrieval)
    names = [
        Whole(text, f"{part} {passage.passage_id}")
        for passage in places
        for part, text in (("title", passage.title), ("heading", passage.heading))
    ]
    shown = await guard.beside(names, places) if names else None
    if shown is None:
        return None
    found = [
        {"passage": str(passage.passage_id), "title": title, "heading": heading}
        for passage, title, heading in zip(places, shown[::2], shown[1::2], strict=True)
    ]
    return Note({"kind": "nearest", "places": found})


def _places(retrieval: Retrieval) -> list[RankedPassage]:
    """One a heading, as they were ranked: what answers need not be what is nearest by its vector."""
    ranked = retrieval.passages
    nearest = max((one.scores.cosine or 0.0 for one in ranked if one.scores), default=0.0)
    if nearest < NEAR or retrieval.confidence < SURE:
        return []
    places: dict[tuple[UUID, str], RankedPassage] = {}
    for one in ranked:
        places.setdefault((one.document_id, one.heading), one)
    return list(places.values())[:MOST]
