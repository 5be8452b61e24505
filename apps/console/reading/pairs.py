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

PAGE_SIZE = 50
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
    reasons, without the "import" or the "document", and "previous" and "next" where there are such pages.
    """

    filters: PairFilters
    rows: list[tuple[DroppedPair, str]]
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
    rows, number, more = _rows(scope.filter(failure__code=filters.why) if filters.why else scope, query)
    links = {
        "here": filters.query(page=str(number)),
        "all": filters.query(why=""),
        "import": filters.query(imported=""),
        "document": filters.query(document=""),
        "previous": filters.query(page=str(number - 1)) if number > 1 else "",
        "next": filters.query(page=str(number + 1)) if more else "",
    }
    return PairPage(
        filters,
        [(pair, filters.query(document=str(pair.document_id))) for pair in rows],
        sum(counts.values()),
        [
            (code, str(label), counts[code], filters.query(why=code))
            for code, label in REASONS.items()
            if code in counts
        ],
        rows[0].document.name if rows and filters.document else "",
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


def _rows(found: QuerySet[DroppedPair], query: QueryDict) -> tuple[list[DroppedPair], int, bool]:
    number = page_number(query)
    start = (number - 1) * PAGE_SIZE
    rows = list(found[start : start + PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], number, len(rows) > PAGE_SIZE


def _id(query: QueryDict, name: str) -> str:
    try:
        return str(UUID(query.get(name, "")))
    except ValueError:
        return ""
