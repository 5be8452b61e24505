"""The question-answer pairs that cleaning left out, filtered, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Actor
from apps.knowledge.models import Collection, DroppedPair
from apps.knowledge.selectors import dropped_pairs

from ..asked import page_number, text
from .paging import Page, page_of

REASONS: Mapping[str, Any] = {
    "same": _("Duplicate"),
    "similar": _("Nearly a duplicate"),
    "short": _("Too short"),
    "long": _("Too long"),
    "noise": _("Noise"),
    "link": _("Only a web address"),
    "mojibake": _("Garbled"),
    "incomplete": _("Incomplete"),
}


@dataclass(frozen=True)
class PairFilters:
    """Empty means not filtered. They live in the page's address; `imported` and `document` are ids."""

    q: str = ""
    why: str = ""
    document: str = ""
    imported: str = ""

    def query(self, **changed: str) -> str:
        """As the address writes it, with what is `changed`."""
        return urlencode({name: value for name, value in (vars(self) | changed).items() if value})


@dataclass(frozen=True)
class PairPage:
    """`rows` are (pair, the query for all of its document); `reasons` (code, label, count, query) and `total` count
    without the filter by reason; `where` names the one document. `links` are queries of this page: "here", "all"
    reasons, without the "import" or the "document".
    """

    filters: PairFilters
    rows: list[tuple[DroppedPair, str]]
    page: Page[DroppedPair]
    total: int
    reasons: list[tuple[str, str, int, str]]
    where: str
    links: dict[str, str]


def pair_page(actor: Actor, collection: Collection, query: QueryDict) -> PairPage:
    """Raises NotAllowed."""
    why = query.get("why", "")
    filters = PairFilters(
        text(query, "q", longest=200), why if why in REASONS else "", _id(query, "document"), _id(query, "imported")
    )
    scope = _scoped(dropped_pairs(actor=actor, collection=collection), filters)
    counts = dict(scope.order_by().values_list("failure__code").annotate(Count("pk")))
    number = page_number(query)
    found = scope.filter(failure__code=filters.why) if filters.why else scope
    page = page_of(found, number, **vars(filters))
    links = {
        "here": filters.query(page=str(number)),
        "all": filters.query(why=""),
        "import": filters.query(imported=""),
        "document": filters.query(document=""),
    }
    return PairPage(
        filters,
        [(pair, filters.query(document=str(pair.document_id))) for pair in page.rows],
        page,
        sum(counts.values()),
        [
            (code, str(label), counts[code], filters.query(why=code))
            for code, label in REASONS.items()
            if code in counts
        ],
        page.rows[0].document.name if page.rows and filters.document else "",
        links,
    )


def _scoped(found: QuerySet[DroppedPair], filters: PairFilters) -> QuerySet[DroppedPair]:
    if filters.document:
        found = found.filter(document=UUID(filters.document))
    if filters.imported:
        found = found.filter(document__items__parent=UUID(filters.imported))
    for word in filters.q.split():
        found = found.filter(Q(question__icontains=word) | Q(answer__icontains=word))
    return found


def _id(query: QueryDict, name: str) -> str:
    try:
        return str(UUID(query.get(name, "")))
    except ValueError:
        return ""
