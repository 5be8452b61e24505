"""Reading the knowledge base."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.permissions import audiences_of, can, role_of
from apps.core.errors import NotFound

from .models import Collection, Document, Passage


@dataclass(frozen=True)
class Neighbours:
    """The texts around a passage in its document; None at either end."""

    before: str | None
    after: str | None


def collections() -> QuerySet[Collection]:
    """All collections, with `documents_count`, `failed_count` of their documents."""
    return Collection.objects.annotate(
        documents_count=Count("documents"), failed_count=Count("documents", filter=Q(documents__state="failed"))
    )


def collection_get(slug: str) -> Collection:
    """Raises NotFound."""
    try:
        return Collection.objects.get(slug=slug)
    except Collection.DoesNotExist:
        raise NotFound(_("There is no collection %(slug)s.") % {"slug": slug}) from None


def documents(collection: Collection) -> QuerySet[Document]:
    """By name."""
    return Document.objects.filter(collection=collection)


def access_passage(user: Any, passage_id: UUID) -> Passage:
    """The passage if `user` may see it: those who keep the knowledge or review answers may see all, others those
    of collections that an assistant open to them answers from. Raises NotFound otherwise, as if it were not there.
    """
    passages = Passage.objects.filter(pk=passage_id)
    if not (can(user, "knowledge.manage") or can(user, "transcript.read")):
        passages = passages.filter(
            collection__assistants__enabled=True, collection__assistants__audience__in=audiences_of(role_of(user))
        ).distinct()
    found = passages.select_related("document").defer("lexemes", "embedding", "sentence_vectors").first()
    if found is None:
        raise NotFound(_("There is no such passage."))
    return found


def passage_neighbours(passage: Passage) -> Neighbours:
    around = dict(
        Passage.objects.filter(
            document=passage.document_id, position__in=[passage.position - 1, passage.position + 1]
        ).values_list("position", "text")
    )
    return Neighbours(around.get(passage.position - 1), around.get(passage.position + 1))
