"""Reading the knowledge base."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.accounts.permissions import audiences_of, can, role_of
from apps.core.actor import Actor, InboxActor, KeyActor
from apps.core.errors import NotFound

from .access import manager_required
from .errors import PassageGone
from .indexing.build import LANGUAGES as INDEX_LANGUAGES
from .indexing.indexes import index_active, index_answering, indexes_unfinished
from .indexing.progress import IndexProgress, index_progress
from .ingest.passages import SIZES, Splitting
from .ingest.reasons import drop_reason
from .ingest.sniff import FORMATS, MAX_BYTES
from .models import (
    PENDING,
    Collection,
    Document,
    DocumentState,
    DroppedPair,
    FormerPassage,
    Import,
    ImportItem,
    ItemState,
    Passage,
    PassageEdit,
)
from .original import Original, document_original, document_text
from .progress import Progress, import_progress, imports_progress

__all__ = [
    "INDEX_LANGUAGES",
    "IndexProgress",
    "Neighbours",
    "Original",
    "Progress",
    "access_document",
    "access_import",
    "access_passage",
    "collection_get",
    "collection_splitting",
    "collections",
    "document_original",
    "document_passages",
    "document_text",
    "documents",
    "drop_reason",
    "dropped_pairs",
    "edits_replaced",
    "embedding_indexes",
    "import_items",
    "import_limits",
    "import_progress",
    "imports",
    "imports_progress",
    "index_answering",
    "passage_document",
    "passage_edits",
    "passage_neighbours",
    "passage_sizes",
    "passages_collections",
    "passages_there",
    "personal_passage",
    "web_hosts",
]


Row = TypeVar("Row", Document, Passage)


@dataclass(frozen=True)
class Neighbours:
    """The texts around a passage in its document, with the headings they stand below; None at either end."""

    before: str | None
    after: str | None
    before_heading: str | None
    after_heading: str | None


def collections() -> QuerySet[Collection]:
    """All collections, with `documents_count`, `failed_count` of them, `passages_count`, and `imported_at`, the
    beginning of the latest import (None before the first).
    """
    documents = Document.objects.filter(collection=OuterRef("pk")).order_by().values("collection")
    latest = Import.objects.filter(collection=OuterRef("pk")).order_by("-created_at").values("created_at")[:1]

    def figure(rows: QuerySet[Any], value: Any) -> Coalesce:
        # Subqueries, not joins: those would multiply the rows before they are counted.
        return Coalesce(Subquery(rows.annotate(figure=value).values("figure")), 0)

    return Collection.objects.filter(personal=False).annotate(
        documents_count=figure(documents, Count("pk")),
        failed_count=figure(documents.filter(state=DocumentState.FAILED), Count("pk")),
        passages_count=figure(documents, Sum("passages_count")),
        imported_at=Subquery(latest),
    )


def collection_get(slug: str) -> Collection:
    """As one of `collections`. Raises NotFound."""
    try:
        return collections().get(slug=slug)
    except Collection.DoesNotExist:
        raise NotFound(_("There is no collection %(slug)s.") % {"slug": slug}) from None


def collection_splitting(slug: str) -> Splitting:
    """How its documents are cut; as usual where it is not there yet."""
    found = Collection.objects.filter(slug=slug).first()
    return (found or Collection()).splitting


def documents(collection: Collection) -> QuerySet[Document]:
    """By name."""
    return Document.objects.filter(collection=collection)


def access_document(user: Any, document_id: UUID) -> Document:
    """The document if `user` may see it, by the rule of `access_passage`. Raises NotFound."""
    found = _visible(user, Document.objects.filter(pk=document_id)).select_related("collection").first()
    if found is None:
        raise NotFound(_("There is no such document."))
    return found


def access_passage(user: Any, passage_id: UUID) -> Passage:
    """The passage if `user` (an account, a visitor, an InboxActor or a KeyActor) may see it: those who keep the
    knowledge or review answers may see all, others those of collections that an assistant open to them answers
    from. Raises NotFound otherwise, as if it were not there, and PassageGone where an import took it out of a
    document that they may see.
    """
    passages = _visible(user, Passage.objects.filter(pk=passage_id))
    found = passages.select_related("document__collection").defer("lexemes").first()
    if found is None:
        raise _gone(user, passage_id)
    return found


def _gone(user: Any, passage_id: UUID) -> NotFound:
    former = FormerPassage.objects.filter(pk=passage_id).select_related("document").first()
    if former is None or not _visible(user, Document.objects.filter(pk=former.document_id)).exists():
        return NotFound(_("There is no such passage."))
    said = _("This passage is no longer in “%(title)s”: the document has changed since it was quoted.")
    return PassageGone(
        said % {"title": former.document.title or former.document.name},
        document_id=former.document_id,
        position=former.position,
    )


def _visible(user: Any, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those that belong to a collection which `user` may read; what somebody brought along is nobody else's."""
    rows = rows.filter(collection__personal=False)
    if isinstance(user, KeyActor):
        return rows.filter(
            collection__assistants__enabled=True, collection__assistants__slug__in=user.assistants
        ).distinct()
    if isinstance(user, InboxActor):
        return rows.filter(
            collection__assistants__enabled=True,
            collection__assistants__slug__in=user.assistants,
            collection__assistants__audience__in=audiences_of(user.role),
        ).distinct()
    if can(user, "knowledge.read"):
        return rows
    audiences = audiences_of(role_of(user))
    return rows.filter(
        collection__assistants__enabled=True, collection__assistants__audience__in=audiences
    ).distinct()


def personal_passage(collection_ids: Iterable[UUID], passage_id: UUID) -> Passage:
    """Of the personal collections, which the caller knows to be the reader's own. Raises NotFound."""
    passages = Passage.objects.filter(pk=passage_id, collection_id__in=list(collection_ids))
    found = passages.filter(collection__personal=True).select_related("document").defer("lexemes").first()
    if found is None:
        raise NotFound(_("There is no such passage."))
    return found


def passage_neighbours(passage: Passage) -> Neighbours:
    found = Passage.objects.filter(
        document=passage.document_id, position__in=[passage.position - 1, passage.position + 1]
    )
    around = {position: rest for position, *rest in found.values_list("position", "text", "heading")}
    before, before_heading = around.get(passage.position - 1, (None, None))
    after, after_heading = around.get(passage.position + 1, (None, None))
    return Neighbours(before, after, before_heading, after_heading)


def imports(*, actor: Actor, collection: Collection | None = None) -> QuerySet[Import]:
    """Newest first. Raises NotAllowed."""
    manager_required(actor)
    found = Import.objects.select_related("collection")
    return found if collection is None else found.filter(collection=collection)


def access_import(*, actor: Actor, import_id: UUID) -> Import:
    """The import; `import_progress` says how far it is. Raises NotAllowed and NotFound."""
    manager_required(actor)
    found = Import.objects.select_related("collection").filter(pk=import_id).first()
    if found is None:
        raise NotFound(_("There is no such import."))
    return found


_SHOWN_ITEMS = {
    "new": Q(state=ItemState.READY, replaced=False),
    "changed": Q(state=ItemState.READY, replaced=True),
    "unchanged": Q(state=ItemState.UNCHANGED),
    "failed": Q(state=ItemState.FAILED),
    "waiting": Q(state__in=(ItemState.RECEIVING, *PENDING)),
    "cancelled": Q(state=ItemState.CANCELLED),
}


def import_limits() -> dict[str, Any]:
    """What a file may be: at most `bytes`, which are `megabytes`, and of one of the `suffixes`."""
    return {"bytes": MAX_BYTES, "megabytes": MAX_BYTES // 1024**2, "suffixes": sorted(FORMATS)}


def passage_sizes() -> dict[str, int]:
    """Characters of an English passage, by the name of the size; a Chinese one has half as many."""
    return SIZES


def import_items(row: Import, show: str = "") -> QuerySet[ImportItem]:
    """In the order of the upload; all, or only what is new, changed, unchanged, failed, waiting or cancelled."""
    return row.items.filter(_SHOWN_ITEMS.get(show, Q()))


def document_passages(document: Document) -> QuerySet[Passage]:
    """In reading order."""
    return Passage.objects.filter(document=document).defer("lexemes")


def passage_document(passage_id: UUID) -> Document:
    """The one that it stands in now. Raises NotFound, also for what somebody brought to a conversation."""
    found = Document.objects.filter(collection__personal=False, passages=passage_id).first()
    if found is None:
        raise NotFound(_("There is no such passage."))
    return found


def passage_edits(document: Document) -> dict[int, PassageEdit]:
    """What staff changed, by the position of the passage."""
    return {edit.position: edit for edit in PassageEdit.objects.filter(document=document)}


def edits_replaced(document: Document) -> QuerySet[FormerPassage]:
    """What staff had written until an import put the document's own new text there, newest first."""
    return document.former_passages.exclude(text="")


def passages_there(ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Of the passages whose document is there, whether they still stand in it."""
    wanted = list(ids)
    former = dict.fromkeys(FormerPassage.objects.filter(pk__in=wanted).values_list("pk", flat=True), False)
    return former | dict.fromkeys(Passage.objects.filter(pk__in=wanted).values_list("pk", flat=True), True)


def passages_collections(ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The collections of the passages whose document is there, also of those that stand in it no more; of none that
    somebody brought along.
    """
    wanted = list(ids)
    former = FormerPassage.objects.filter(pk__in=wanted, document__collection__personal=False)
    there = Passage.objects.filter(pk__in=wanted, collection__personal=False)
    return dict(former.values_list("pk", "document__collection")) | dict(there.values_list("pk", "collection"))


def dropped_pairs(*, actor: Actor, collection: Collection) -> QuerySet[DroppedPair]:
    """The question-answer pairs that cleaning left out, by document and row. Raises NotAllowed."""
    manager_required(actor)
    found = DroppedPair.objects.filter(document__collection=collection).select_related("document")
    return found.order_by("document__name", "row")


def embedding_indexes(*, actor: Actor) -> list[IndexProgress]:
    """The one that answers, then those that are being built or failed. Raises NotAllowed."""
    manager_required(actor)
    return [index_progress(index) for index in (index_active(), *indexes_unfinished())]


def web_hosts() -> list[str]:
    """From which documents may be imported over the web."""
    return list(settings.KNOWLEDGE_HOSTS)
