"""The demo of an invented company: who of the assistants belongs to it, and putting it away."""

from functools import cache
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from apps.core.actor import Actor
from apps.knowledge.models import Collection
from apps.knowledge.services import collection_delete

from ..models import Assistant
from .assistant import assistant_content, assistant_upsert


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


def demo_collections() -> list[Collection]:
    """Those of the demo that hold no document but its own, and that no other assistant answers from."""
    ours = {assistant.pk for assistant in demo_assistants()}
    rows = Collection.objects.filter(slug__in=[one["slug"] for one in demo_content()["collections"]])
    return [row for row in rows.prefetch_related("assistants") if _is_shipped(row, ours)]


@transaction.atomic
def demo_put_away(*, actor: Actor, documents: bool = False) -> None:
    """Closes the demo's assistants; with `documents` its collections are deleted, but for those that became
    somebody else's. Raises Conflict while an import into one of them is under way, NotAllowed.
    """
    gone = demo_collections() if documents else []
    slugs = {collection.slug for collection in gone}
    for assistant in demo_assistants():
        content = assistant_content(assistant) | {"enabled": False}
        kept = [slug for slug in content.pop("collections") if slug not in slugs]
        assistant_upsert(actor=actor, slug=assistant.slug, collections=kept, **content)
    for collection in gone:
        collection_delete(actor=actor, collection_id=collection.pk)


@transaction.atomic
def demo_bring_back(*, actor: Actor) -> None:
    """Opens its assistants again. Documents that were deleted come back with `manage.py demo_load --again`."""
    for assistant in demo_assistants():
        assistant_upsert(actor=actor, slug=assistant.slug, **assistant_content(assistant) | {"enabled": True})


def _is_shipped(collection: Collection, assistants: set[Any]) -> bool:
    if {assistant.pk for assistant in collection.assistants.all()} - assistants:
        return False
    folder = settings.DEMO_DIR / collection.slug
    return all((folder / name).is_file() for name in collection.documents.values_list("name", flat=True))
