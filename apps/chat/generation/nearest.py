"""Where the documents come nearest to a question that they do not answer: to be opened, not quoted."""

from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedPassage, Retrieval
from apps.moderation.services import AnswerWindow, Blocked, Policy, Whole, published

from .pieces import Note

MOST = 3
# The least cosine. Of the demo's declined questions on its own subject 11 of 12 have such a passage, of those on
# another subject 8 of 28.
NEAR = 0.35


async def nearest_told(retrieval: Retrieval, policy: Policy, language: Language) -> Note | None:
    """What leads to these passages; None where there are none, or moderation lets their headings not be shown."""
    places = _places(retrieval)
    names = [
        Whole(text, f"{part} {passage.passage_id}")
        for passage in places
        for part, text in (("title", passage.title), ("heading", passage.heading))
    ]
    allow = published(passage.text for passage in places)
    try:
        shown = await AnswerWindow(policy, language=language, allow=allow).wholes(names)
    except Blocked:
        return None
    found = [
        {"passage": str(passage.passage_id), "title": title, "heading": heading}
        for passage, title, heading in zip(places, shown[::2], shown[1::2], strict=True)
    ]
    return Note({"kind": "nearest", "places": found}) if found else None


def _places(retrieval: Retrieval) -> list[RankedPassage]:
    """One a heading, as they were ranked."""
    near = [one for one in retrieval.passages if one.scores and (one.scores.cosine or 0.0) >= NEAR]
    return list({(one.document_id, one.heading): one for one in reversed(near)}.values())[::-1][:MOST]
