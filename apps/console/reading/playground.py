"""One question searched in one or two ways, with what decided the ranking, and what would be said to it."""

import math
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.evaluation.trying import Tried, assistant_tried, collection_tried
from apps.chat.models import Assistant, Task
from apps.chat.selectors import assistants
from apps.core.errors import ApplicationError
from apps.knowledge.models import Collection, Document
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.knowledge.services import search_wide

from ..asked import text
from ..templatetags.console import named
from .sources import Quoted, quoted

MOST = 20
LIMIT = 5
QUOTED = 10  # sentences that the model gets to choose from
_WHY = {
    "": gettext_lazy("The search is %(sure)s sure, and answers are given from %(least)s on."),
    "unsure": gettext_lazy("The search is only %(sure)s sure, and answers are given from %(least)s on."),
    "alike": gettext_lazy(
        "The search is %(sure)s sure, which reaches the threshold of %(least)s; but below 50%% something is only "
        "quoted if one sentence stands out from the others, and none does."
    ),
    "form": gettext_lazy(
        "A question of this kind is only answered where the documents state it outright, and nothing found does."
    ),
    "model": gettext_lazy(
        "The search is %(sure)s sure, but the model found no answer among the sentences it was given."
    ),
    "subject": gettext_lazy("The question does not say what it is about, so it is asked back."),
    "price": gettext_lazy("The question does not say the price of what, so it is asked back."),
    "price_of": gettext_lazy("No price of exactly this was found, so it is asked back which one is meant."),
    "itself": gettext_lazy("This is asked of the assistant itself, and not of the documents."),
    "talk": gettext_lazy("This is small talk, which is met in kind."),
    "blocked": gettext_lazy("The content rules block this."),
}


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
    """`cause` says why there is no `retrieval`; `documents` are the names of the passages' documents. `tried` is
    what would be said, where that was asked for; `untold` why that is not known.
    """

    way: Way
    retrieval: Retrieval | None = None
    documents: dict[UUID, str] | None = None
    cause: str = ""
    tried: Tried | None = None
    untold: str = ""

    @property
    def sure(self) -> float:
        """How sure the search was that decided, which may be another one than that of the question's own words."""
        if self.tried and self.tried.sure is not None:
            return self.tried.sure
        return self.retrieval.confidence if self.retrieval else 0.0

    @property
    def quoted(self) -> list[Quoted]:
        return quoted(self.tried.sources) if self.tried else []

    @property
    def cited(self) -> dict[int, str]:
        return {source.number: source.address for source in self.quoted}

    @property
    def why(self) -> str:
        """What decided, in a sentence; "" where nothing need be said."""
        if self.tried is None:
            return ""
        shares = {"sure": f"{self.sure:.1%}", "least": f"{self.way.threshold:.1%}"}
        return str(_WHY.get(self.tried.why, "")) % shares

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
        ids = list(rows.values_list("pk", flat=True))
        retrieval = search_wide(collection_ids=ids, question=question, threshold=way.threshold, limit=way.limit)
    except ApplicationError as error:
        return Found(way, cause=str(error.message))
    return Found(way, retrieval, _documents(retrieval))


def _documents(retrieval: Retrieval) -> dict[UUID, str]:
    ids = {passage.document_id for passage in retrieval.passages}
    return dict(Document.objects.filter(pk__in=ids).values_list("pk", "name"))


def tried(question: str, way: Way) -> Found:
    """What is found, and of an assistant that answers questions what would be said to it: then of what that is
    made, where it is in another language.
    """
    found = look(question, way)
    kind, _colon, slug = way.where.partition(":")
    try:
        if kind == "collection":
            collection = Collection.objects.get(slug=slug)
            told = collection_tried(collection_id=collection.pk, question=question, threshold=way.threshold)
        else:
            assistant = Assistant.objects.get(slug=slug)
            if assistant.task != Task.ANSWER:
                return found
            told = assistant_tried(assistant=assistant, question=question, threshold=way.threshold)
    except ApplicationError as error:
        return replace(found, untold=str(error.message))
    if found.retrieval and told.found and told.found.across != found.retrieval.across:
        found = replace(found, retrieval=told.found, documents=_documents(told.found))
    return replace(found, tried=told)


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be searched, in groups: a heading, and (value, label) of each."""
    asked = [(f"assistant:{row.slug}", named(row)) for row in assistants()]
    shared = [(f"collection:{row.slug}", row.name) for row in Collection.objects.filter(personal=False)]
    return [(_("Assistants"), asked), (_("Collections"), shared)]
