"""The demo of an invented company: who of the assistants belongs to it, and putting it away."""

from collections.abc import Container
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from apps.audit.selectors import audit_events
from apps.audit.services import audit_record_each
from apps.core.actor import Actor
from apps.knowledge.models import Collection, Document
from apps.knowledge.services import collection_delete, collection_ensure

from ..models import Assistant, AssistantVersion
from .assistant import assistant_content, assistant_upsert

_AWAY = "demo.put_away"


@cache
def demo_content() -> dict[str, Any]:
    """{"collections": […], "assistants": […]} as they are shipped."""
    content: dict[str, Any] = yaml.safe_load((settings.DEMO_DIR / "assistants.yaml").read_text())
    return content


def demo_assistants() -> list[Assistant]:
    """Those of the demo that nobody made their own: they answer from nothing but its documents."""
    slugs, own = ({one["slug"] for one in demo_content()[part]} for part in ("assistants", "collections"))
    rows = Assistant.objects.filter(slug__in=slugs).prefetch_related("collections")
    return [row for row in rows if {collection.slug for collection in row.collections.all()} <= own]


def demo_closed() -> list[Assistant]:
    """Those of them that were open when the demo was put away, and that nobody opened since."""
    away = dict(audit_events(action=_AWAY).order_by("pk").values_list("target", "at"))
    closed = [row for row in demo_assistants() if not row.enabled and _target(row) in away]
    return [row for row in closed if not _opened_since(row, away[_target(row)])]


def demo_collections() -> tuple[list[Collection], list[Collection]]:
    """Those of the demo that hold nothing but its own documents as they are shipped, under its own name, and that
    no other assistant answers from; and those that became somebody's own, which nothing here deletes or reads into.
    """
    ours = {assistant.pk for assistant in demo_assistants()}
    documents = Prefetch("documents", Document.objects.only("collection", "name", "sha256"))
    whole: list[Collection] = []
    own: list[Collection] = []
    for row in _collections().prefetch_related("assistants", documents):
        (whole if _is_shipped(row, ours) else own).append(row)
    return whole, own


def demo_gone() -> bool:
    """Whether a collection of it is not there."""
    return _collections().count() < len(demo_content()["collections"])


@transaction.atomic
def demo_put_away(*, actor: Actor, documents: bool = False) -> None:
    """Closes the demo's assistants; with `documents` its collections are deleted, but for those that became
    somebody else's. Raises Conflict while an import into one of them is under way, NotAllowed.
    """
    gone: list[Collection] = []
    if documents:  # nobody changes a document of them from here on
        list(_collections().select_for_update().order_by("pk"))
        gone, _own = demo_collections()
    slugs = {collection.slug for collection in gone}
    closed = []
    for assistant in demo_assistants():
        closed += [_target(assistant)] if assistant.enabled else []
        content = assistant_content(assistant) | {"enabled": False}
        kept = [slug for slug in content.pop("collections") if slug not in slugs]
        assistant_upsert(actor=actor, slug=assistant.slug, collections=kept, **content)
    for collection in gone:
        collection_delete(actor=actor, collection_id=collection.pk)
    audit_record_each(actor=actor, action=_AWAY, targets=closed)


@transaction.atomic
def demo_bring_back(*, actor: Actor) -> None:
    """Opens those again that it closed. Documents that were deleted come back with `demo_load --again`."""
    for assistant in demo_closed():
        assistant_upsert(actor=actor, slug=assistant.slug, **assistant_content(assistant) | {"enabled": True})


@transaction.atomic
def demo_collections_again(*, actor: Actor) -> list[str]:
    """Makes its collections that are not there, and gives them back to those of its assistants that nobody made
    their own; returns the slugs of all that its documents may be read into.
    """
    there = set(_collections().values_list("slug", flat=True))
    wanted = [one for one in demo_content()["collections"] if one["slug"] not in there]
    made = {collection_ensure(actor=actor, **one).slug for one in wanted}
    shipped = {one["slug"]: one for one in demo_content()["assistants"]}
    for assistant in demo_assistants():
        its = shipped[assistant.slug]
        if again := made & set(its.get("collections", ())) if assistant.name == its["name"] else set():
            content = assistant_content(assistant)
            content["collections"] = again.union(content["collections"])
            assistant_upsert(actor=actor, slug=assistant.slug, **content)
    return [collection.slug for collection in demo_collections()[0]]


def _target(assistant: Assistant) -> str:
    return f"assistant:{assistant.slug}"


def _opened_since(assistant: Assistant, at: datetime) -> bool:
    later = AssistantVersion.objects.filter(assistant=assistant, created_at__gt=at)
    return later.filter(content__enabled=True).exists()


def _collections() -> QuerySet[Collection]:
    return Collection.objects.filter(slug__in=[one["slug"] for one in demo_content()["collections"]])


def _is_shipped(collection: Collection, assistants: Container[Any]) -> bool:
    """Only what is surely the demo's: a document that differs or words that staff wrote make it somebody's own."""
    shipped = {one["slug"]: one["name"] for one in demo_content()["collections"]}
    others = any(assistant.pk not in assistants for assistant in collection.assistants.all())
    if others or collection.name != shipped[collection.slug]:
        return False
    digests = _digests(collection.slug)
    if any(row.sha256 != digests.get(row.name) for row in collection.documents.all()):
        return False
    changed = Q(edits__isnull=False) | Q(dropped_pairs__restored=True) | Q(former_passages__edited_by__gt="")
    return not collection.documents.filter(changed).exists()


@cache
def _digests(slug: str) -> dict[str, str]:
    """Of the files that are shipped for a collection, by the names that its documents have."""
    folder = settings.DEMO_DIR / slug
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
