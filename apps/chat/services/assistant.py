"""Setting assistants up."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput
from apps.knowledge.models import Collection

from ..models import Assistant


@transaction.atomic
def assistant_upsert(*, actor: Actor, slug: str, collections: Iterable[str] = (), **fields: Any) -> Assistant:
    """Makes or changes the assistant `slug`: `fields` are the model's, `collections` are slugs and replace all.

    Raises BadInput for a field, a value or a collection that does not exist.
    """
    wanted = list(collections)
    found = list(Collection.objects.filter(slug__in=wanted))
    if missing := sorted(set(wanted) - {collection.slug for collection in found}):
        raise BadInput(_("There is no collection “%(slug)s”.") % {"slug": missing[0]})
    assistant = Assistant.objects.filter(slug=slug).first() or Assistant(slug=slug)
    known = {field.name for field in Assistant._meta.concrete_fields} - {"id", "created_at", "updated_at"}
    if unknown := sorted(set(fields) - known):
        raise BadInput(_("An assistant has no field “%(name)s”.") % {"name": unknown[0]})
    for name, value in fields.items():
        setattr(assistant, name, value)
    try:
        assistant.full_clean()
    except ValidationError as error:
        raise BadInput("; ".join(f"{name}: {texts[0]}" for name, texts in error.message_dict.items())) from error
    assistant.save()
    assistant.collections.set(found)
    changed = {"fields": sorted(fields), "collections": sorted(wanted)}
    audit_record(actor=actor, action="assistant.changed", target=f"assistant:{slug}", data=changed)
    return assistant
