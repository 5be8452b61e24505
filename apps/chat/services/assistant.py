"""Setting assistants up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound
from apps.core.turn import turn_take
from apps.knowledge.models import Collection

from ..models import Assistant, AssistantVersion
from ..selectors import assistants


@transaction.atomic
def assistant_upsert(*, actor: Actor, slug: str, collections: Iterable[str] = (), **fields: Any) -> Assistant:
    """Makes or changes the assistant `slug`: `fields` are the model's, `collections` are slugs and replace all.

    What is saved is kept as a version, unless nothing differs.

    Raises BadInput for a field, a value or a collection that does not exist.
    """
    wanted = sorted(collections)
    assistant = Assistant.objects.filter(slug=slug).first() or Assistant(slug=slug, position=_last_position() + 1)
    assistant_fill(assistant, wanted, fields)
    _version_keep(actor, assistant)
    changed = {"fields": sorted(fields), "collections": wanted}
    audit_record(actor=actor, action="assistant.changed", target=f"assistant:{slug}", data=changed)
    return assistant


def _last_position() -> int:
    """A new assistant stands behind those that customers know."""
    return Assistant.objects.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def assistant_move(*, actor: Actor, slug: str, by: int) -> int:
    """Moves the assistant by so many places in the order that all are offered in; returns its place, from 0 on.

    At either end it stays there, and those that are closed stay behind those that are open. No version is made: the
    order belongs to the list. Raises NotFound.
    """
    turn_take("assistants")
    are_open = dict(assistants().values_list("slug", "enabled"))
    if slug not in are_open:
        raise NotFound(_("There is no such assistant."))
    order = list(are_open)
    like = [place for place, one in enumerate(order) if are_open[one] == are_open[slug]]
    was = order.index(slug)
    place = max(like[0], min(like[-1], was + by))
    if place != was:
        order.insert(place, order.pop(was))
        for position, one in enumerate(order, 1):
            Assistant.objects.filter(slug=one).update(position=position)
        audit_record(actor=actor, action="assistant.moved", target=f"assistant:{slug}", data={"place": place + 1})
    return place


def assistant_fill(assistant: Assistant, collections: Sequence[str], fields: Mapping[str, Any]) -> None:
    """Stores the assistant with these fields of the model and these collections (slugs). Raises BadInput."""
    found = list(Collection.objects.filter(slug__in=collections, personal=False))
    if missing := sorted(set(collections) - {collection.slug for collection in found}):
        raise BadInput(_("There is no collection “%(slug)s”.") % {"slug": missing[0]})
    if unknown := sorted(set(fields) - _names()):
        raise BadInput(_("An assistant has no field “%(name)s”.") % {"name": unknown[0]})
    for name, value in fields.items():
        setattr(assistant, name, value)
    try:
        assistant.full_clean()
    except ValidationError as error:
        raise BadInput("; ".join(f"{name}: {texts[0]}" for name, texts in error.message_dict.items())) from error
    assistant.save()
    assistant.collections.set(found)


def assistant_content(assistant: Assistant) -> dict[str, Any]:
    """What `assistant_upsert` makes it again of: its fields, but for its place in the list, and `collections`."""
    content = {name: getattr(assistant, name) for name in sorted(_names() - {"position"})}
    return content | {"collections": sorted(assistant.collections.values_list("slug", flat=True))}


def assistant_restore(*, actor: Actor, slug: str, number: int) -> Assistant:
    """Makes the assistant what it was in version `number`, which becomes the next version.

    Raises NotFound, and BadInput where a collection of that time is gone.
    """
    version = AssistantVersion.objects.filter(assistant__slug=slug, number=number).first()
    if version is None:
        raise NotFound(_("There is no such version."))
    return assistant_upsert(actor=actor, slug=slug, **version.content)


def _names() -> set[str]:
    own = {"id", "slug", "editor", "created_at", "updated_at"}
    return {field.name for field in Assistant._meta.concrete_fields} - own


def _version_keep(actor: Actor, assistant: Assistant) -> None:
    content = assistant_content(assistant)
    last = AssistantVersion.objects.filter(assistant=assistant).first()
    if last is None or last.content != content:
        number = last.number + 1 if last else 1
        AssistantVersion.objects.create(
            assistant=assistant, number=number, content=content, actor_label=actor.label
        )
