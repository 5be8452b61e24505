"""Parts of the knowledge base's pages that bring what they show."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from apps.core.actor import SYSTEM
from apps.knowledge.models import Collection, EmbeddingIndex
from apps.knowledge.retrieval.types import RankedSentence
from apps.knowledge.selectors import IndexProgress, dropped_pairs, embedding_indexes, web_hosts

from ..reading import indexes
from ..reading.passages import rows_of

register = template.Library()
register.filter(rows_of)


@register.filter
def where(found: Any, of: Any = None) -> str:
    """On which pages or slides of its document something stands, or in which rows of its table. A sentence is `of`
    a passage, a passage that an import would make of its reading.
    """
    slides = (of or getattr(found, "document", found)).slides
    if isinstance(found, RankedSentence):
        rows, pages = _alone(found.row), _alone(found.page)
    elif hasattr(found, "page_range"):  # a passage, as it is stored or as an import would make it
        rows, pages = found.row_range, found.page_range
    else:
        rows, pages = found.rows, found.pages
    if rows:
        said = _("row %(first)s") if rows[0] == rows[1] else _("rows %(first)s to %(last)s")
        return said % {"first": rows[0], "last": rows[1]}
    if pages:
        return _on_pages(slides, one=pages[0] == pages[1]) % {"first": pages[0], "last": pages[1]}
    return ""


def _on_pages(slides: bool, *, one: bool) -> str:
    if slides:
        return _("slide %(first)s") if one else _("slides %(first)s–%(last)s")
    return _("page %(first)s") if one else _("pages %(first)s–%(last)s")


def _alone(number: int | None) -> tuple[int, int] | None:
    return (number, number) if number else None


@register.inclusion_tag("console/knowledge/_index.html")
def index_card() -> dict[str, Any]:
    """Which embedding model answers, and what is being built beside it."""
    active, *unfinished = embedding_indexes(actor=SYSTEM)
    return {"active": active, "unfinished": unfinished}


@register.inclusion_tag("console/knowledge/_pairs.html")
def pairs_card(collection: Collection) -> dict[str, Any]:
    """How many question-answer pairs were left out; nothing where none was."""
    found = dropped_pairs(actor=SYSTEM, collection=collection)
    return {"collection": collection, "left_out": found.filter(restored=False).count(), "any": found.exists()}


@register.inclusion_tag("console/knowledge/_address.html", takes_context=True)
def address_form(context: Any, collection: Collection) -> dict[str, Any]:
    """Where addresses are typed that are to be imported."""
    kept = {name: context.get(name) for name in ("csrf_token", "typed", "refused")}
    return {"collection": collection, "hosts": web_hosts(), **kept}


@register.filter
def reads(index: EmbeddingIndex) -> str:
    """The languages of an embedding index."""
    return indexes.languages_shown(index)


@register.filter
def built(progress: IndexProgress) -> str:
    """How far an embedding index is."""
    return indexes.progress_shown(progress)
