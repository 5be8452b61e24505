"""The passages of a document, a page at a time, and the address at which one stands."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from apps.knowledge.models import Document, Passage, PassageEdit
from apps.knowledge.selectors import document_passages, passage_edits

from .paging import PAGE_SIZE


@dataclass(frozen=True)
class PassagePage:
    """`rows` are passages in reading order, each with what staff changed in it or None; `before` and `after` are
    the queries of the pages beside it, "" at either end.
    """

    rows: list[tuple[Passage, PassageEdit | None]]
    before: str
    after: str


def passage_page(document: Document, at: int) -> PassagePage:
    """The page with the passage at position `at`, or the last one where the document ends before."""
    last = document_passages(document).order_by("position").values_list("position", flat=True).last() or 0
    at = min(at, last)
    first = at - at % PAGE_SIZE
    found = document_passages(document).filter(position__gte=first)[: PAGE_SIZE + 1]
    edits = passage_edits(document)
    rows = [(passage, edits.get(passage.position)) for passage in found]
    return PassagePage(
        rows[:PAGE_SIZE],
        f"at={first - PAGE_SIZE}" if first else "",
        f"at={first + PAGE_SIZE}" if len(rows) > PAGE_SIZE else "",
    )


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
    first = position - position % PAGE_SIZE
    return reverse("console:document", args=[document_id]) + (f"?at={first}" if first else "")
