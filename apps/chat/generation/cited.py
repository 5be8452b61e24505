"""What was quoted before: the passages behind an answer that goes on, and the versions of one that is made anew."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from apps.knowledge.models import Passage
from apps.knowledge.retrieval.types import RankedPassage

from ..models import Generation, Message, Role, Status


def passages_cited(sources: Sequence[dict[str, Any]], collection_ids: Sequence[UUID]) -> tuple[RankedPassage, ...]:
    """Those of `sources`, in their order.

    What a passage that is gone said is not told again: it keeps its place and title, and has no text.
    """
    ids = [UUID(source["passage"]) for source in sources]
    there = (
        Passage.objects.filter(pk__in=ids, collection_id__in=collection_ids).select_related("document").in_bulk()
    )
    return tuple(_ranked(source, there.get(UUID(source["passage"]))) for source in sources)


def _ranked(source: dict[str, Any], passage: Passage | None) -> RankedPassage:
    return RankedPassage(
        passage_id=UUID(source["passage"]),
        document_id=passage.document_id if passage else UUID(int=0),
        title=source["title"],
        heading=source["heading"],
        text=passage.text if passage else "",
        language="zh" if passage and passage.language == "zh" else "en",
        score=0.0,
        pages=passage.page_range if passage else None,
        rows=passage.row_range if passage else None,
        slides=bool(passage and passage.document.slides),
    )


def said_before(generation: Generation) -> list[str]:
    """The versions of this answer that came before it, are whole and quote something.

    One that broke off, failed or was stopped has not been read to its end: what it quoted may be right.
    """
    versions = Message.objects.filter(
        parent=generation.question_id, role=Role.ASSISTANT, generation__status=Status.DONE
    ).exclude(sources=[])
    if generation.answer is not None:
        versions = versions.filter(position__lt=generation.answer.position)
    return list(versions.values_list("text", flat=True))
