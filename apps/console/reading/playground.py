"""One question searched in one or two ways, with what decided the ranking."""

import math
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.chat.models import Assistant
from apps.core.errors import ApplicationError
from apps.knowledge.models import Collection, Document
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.knowledge.services import search

from ..asked import text
from ..templatetags.console import named

MOST = 20
LIMIT = 5
QUOTED = 10  # sentences that the model gets to choose from


@dataclass(frozen=True)
class Way:
    """How to search: `where` (an assistant's collections, or one), how far down, and from when to answer."""

    where: str
    limit: int
    threshold: float

    @property
    def number(self) -> str:
        return f"{self.threshold:g}"


@dataclass(frozen=True)
class Found:
    """`cause` says why there is no `retrieval`; `documents` are the names of the passages' documents."""

    way: Way
    retrieval: Retrieval | None = None
    documents: dict[UUID, str] | None = None
    cause: str = ""

    @property
    def answers(self) -> bool:
        return self.retrieval is not None and self.retrieval.confidence >= self.way.threshold

    @property
    def passages(self) -> list[tuple[RankedPassage, str, list[RankedSentence]]]:
        """Each with its document's name and its sentences, the best first."""
        rows = self.retrieval.passages if self.retrieval else ()
        names = self.documents or {}
        return [
            (row, names.get(row.document_id, ""), sorted(row.sentences, key=lambda sentence: sentence.rank))
            for row in rows
        ]


def ways(query: QueryDict) -> list[Way]:
    """The first way, and the second where one is asked for; numbers that make no sense are the usual ones."""
    found = [_way(query, side) for side in ("a", "b")]
    return [way for way in found if way is not None]


def _way(query: QueryDict, side: str) -> Way | None:
    where = text(query, f"{side}_where", longest=80)
    kind, _colon, slug = where.partition(":")
    assistant = Assistant.objects.filter(slug=slug).first() if kind == "assistant" else None
    if assistant is None and not (
        kind == "collection" and Collection.objects.filter(slug=slug, personal=False).exists()
    ):
        return None
    usual = assistant.threshold if assistant else Assistant._meta.get_field("threshold").default
    limit = query.get(f"{side}_limit", "")
    return Way(
        where=where,
        limit=min(max(int(limit), 1), MOST) if limit.isdecimal() and len(limit) < 4 else LIMIT,
        threshold=_share(query.get(f"{side}_threshold", ""), usual),
    )


def _share(typed: str, usual: float) -> float:
    try:
        value = float(typed)
    except ValueError:
        return usual
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else usual


def look(question: str, way: Way) -> Found:
    kind, _colon, slug = way.where.partition(":")
    by = {"slug": slug} if kind == "collection" else {"assistants__slug": slug}
    rows = Collection.objects.filter(personal=False, **by)
    try:
        retrieval = search(
            collection_ids=list(rows.values_list("pk", flat=True)), question=question, limit=way.limit
        )
    except ApplicationError as error:
        return Found(way, cause=str(error.message))
    ids = {passage.document_id for passage in retrieval.passages}
    return Found(way, retrieval, dict(Document.objects.filter(pk__in=ids).values_list("pk", "name")))


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be searched, in groups: a heading, and (value, label) of each."""
    assistants = [(f"assistant:{row.slug}", named(row)) for row in Assistant.objects.all()]
    shared = [(f"collection:{row.slug}", row.name) for row in Collection.objects.filter(personal=False)]
    return [(_("Assistants"), assistants), (_("Collections"), shared)]
