"""The passages of a document, a page at a time, and the address at which one stands."""

from uuid import UUID

from django.urls import reverse

from apps.knowledge.models import Document, Passage, PassageEdit
from apps.knowledge.selectors import document_passages, passage_edits

from .paging import PAGE_SIZE, Page, page_of


def passage_page(document: Document, number: int) -> Page[tuple[Passage, PassageEdit | None]]:
    """Passages in reading order, each with what staff changed in it; the last page where there is no such one."""
    last = document_passages(document).order_by("position").values_list("position", flat=True).last() or 0
    page = page_of(document_passages(document), min(number, _page_at(last)))
    edits = passage_edits(document)
    return Page([(passage, edits.get(passage.position)) for passage in page.rows], page.before, page.after)


def document_languages(document: Document) -> list[str]:
    """Those of its passages; a workbook may have a sheet of each."""
    found = document_passages(document).order_by("language").values_list("language", flat=True)
    return list(found.distinct())


def rows_of(passage: Passage) -> list[tuple[int, str]]:
    """A passage of several rows of a table, row by row; empty for any other, and where staff wrote some of it."""
    if passage.page or len(set(passage.rows)) < 2 or 0 in passage.rows:
        return []
    told: dict[int, list[str]] = {}
    for row, start, end in zip(passage.rows, passage.spans[::2], passage.spans[1::2], strict=True):
        told.setdefault(row, []).append(passage.text[start:end])
    return [(row, " ".join(texts)) for row, texts in told.items()]


def passage_address(passage: Passage, row: int | None = None) -> str:
    """The document's page, at the passage, or at that `row` of it."""
    at = f"-{row}" if row in dict(rows_of(passage)) else ""
    return f"{place_address(passage.document_id, passage.position)}#passage-{passage.pk}{at}"


def place_address(document_id: UUID, position: int) -> str:
    """The document's page with what stands at that place now."""
    number = _page_at(position)
    return reverse("console:document", args=[document_id]) + (f"?page={number}" if number > 1 else "")


def _page_at(position: int) -> int:
    """Positions count from 0, without gaps."""
    return position // PAGE_SIZE + 1
