"""The documents of a collection, filtered, a page at a time."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.knowledge.models import Collection, Document, DocumentState
from apps.knowledge.selectors import documents, passage_sizes
from apps.knowledge.services import Splitting, splitting_asked

from ..asked import page_number, text
from .paging import Page, page_of


@dataclass(frozen=True)
class DocumentFilters:
    """Empty means not filtered. They live in the page's address."""

    q: str = ""
    state: str = ""

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})


@dataclass(frozen=True)
class DocumentPage:
    """`count` is of all that match."""

    filters: DocumentFilters
    page: Page[Document]
    count: int


def document_page(collection: Collection, query: QueryDict) -> DocumentPage:
    """By name."""
    state = query.get("state", "")
    filters = DocumentFilters(text(query, "q", longest=200), state if state in DocumentState.values else "")
    found = _filtered(documents(collection), filters)
    page = page_of(found.order_by("name"), page_number(query), **vars(filters))
    return DocumentPage(filters, page, found.count())


def _filtered(found: QuerySet[Document], filters: DocumentFilters) -> QuerySet[Document]:
    if filters.state:
        found = found.filter(state=filters.state)
    for word in filters.q.split():
        found = found.filter(Q(name__icontains=word) | Q(title__icontains=word))
    return found


def splitting_offered(splitting: Splitting) -> dict[str, Any]:
    """What the fields for it show: the sizes with a name, a size without one, and the overlap."""
    sizes = sizes_offered()
    named = {size for _name, size, _label in sizes}
    own = splitting.size if splitting.size not in named else None
    return {"sizes": sizes, "size": splitting.size, "own_size": own, "overlap": str(splitting.overlap)}


def splitting_from(values: QueryDict) -> Splitting | None:
    """What was chosen in these fields; None where they were not there. Raises BadInput."""
    if "overlap" not in values:
        return None
    size = text(values, "characters", longest=6) or text(values, "size", longest=6)
    return splitting_asked(size, text(values, "overlap", longest=1))


def sizes_offered() -> list[tuple[str, int, str]]:
    """(name, characters of English, label) of the sizes of passages that have a name."""
    labels = {"small": _("Small"), "normal": _("Normal"), "large": _("Large")}
    return [(name, size, str(labels[name])) for name, size in passage_sizes().items()]
