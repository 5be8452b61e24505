"""Where the documents come nearest to a question that they do not answer: to be opened, not quoted."""

from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.moderation.services import Whole

from .guard import Guard
from .pieces import Note

MOST = 3
# The least cosine. Of the demo's declined questions on its own subject 11 of 12 have such a passage, of those on
# another subject 8 of 28.
NEAR = 0.35


async def nearest_told(retrieval: Retrieval, guard: Guard) -> Note | None:
    """What leads to these passages; None where there are none, or `guard` lets their headings not be shown."""
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
    """One a heading, as they were ranked."""
    near = [one for one in retrieval.passages if one.scores and (one.scores.cosine or 0.0) >= NEAR]
    return list({(one.document_id, one.heading): one for one in reversed(near)}.values())[::-1][:MOST]
