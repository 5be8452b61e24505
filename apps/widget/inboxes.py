"""Setting inboxes up, and finding them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.chat.models import Assistant, Audience
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound

from .models import Inbox
from .origins import origins_read


@transaction.atomic
def inbox_save(
    *, actor: Actor, inbox_id: UUID | None, assistants: Sequence[str], origins: Sequence[str], **fields: Any
) -> Inbox:
    """Makes an inbox, or changes the one with that id: `fields` are the model's, `assistants` are slugs.

    Raises NotFound, and BadInput for a value that cannot be, or for assistants that the inbox's visitors may not
    talk to.
    """
    inbox = inbox_locked(inbox_id) if inbox_id else Inbox()
    before = _values(inbox) if inbox_id else {}
    offered = inbox_fill(inbox, assistants, origins, fields)
    inbox.save()
    inbox.assistants.set(offered)
    now = _values(inbox)
    changed = {name: value for name, value in now.items() if before.get(name) != value}
    if changed:
        action = "inbox.changed" if inbox_id else "inbox.made"
        audit_record(actor=actor, action=action, target=f"inbox:{inbox.pk}", data=changed)
    return inbox


def inbox_fill(
    inbox: Inbox, assistants: Sequence[str], origins: Sequence[str], fields: Mapping[str, Any]
) -> list[Assistant]:
    """Sets what `inbox_save` takes and stores nothing; returns what is offered. Raises BadInput as that does."""
    for name, value in {**fields, "origins": origins_read(origins)}.items():
        setattr(inbox, name, value)
    try:
        inbox.full_clean()
    except ValidationError as error:
        raise BadInput("; ".join(f"{name}: {texts[0]}" for name, texts in error.message_dict.items())) from error
    return _assistants(assistants, inbox)


def inboxes() -> QuerySet[Inbox]:
    """All, with their assistants, for the people who set them up."""
    return Inbox.objects.prefetch_related("assistants")


def inbox_find(inbox_id: UUID) -> Inbox:
    """Open or closed. Raises NotFound."""
    inbox = Inbox.objects.filter(pk=inbox_id).first()
    if inbox is None:
        raise NotFound(_("There is no such widget."))
    return inbox


def inbox_open(inbox_id: UUID) -> Inbox:
    """For its visitors. Raises NotFound for one that is closed as for one that is not there."""
    inbox = inbox_find(inbox_id)
    if not inbox.enabled:
        raise NotFound(_("There is no such widget."))
    return inbox


def inbox_locked(inbox_id: UUID) -> Inbox:
    """Until the transaction ends. Raises NotFound."""
    inbox = Inbox.objects.select_for_update().filter(pk=inbox_id).first()
    if inbox is None:
        raise NotFound(_("There is no such widget."))
    return inbox


def _assistants(slugs: Sequence[str], inbox: Inbox) -> list[Assistant]:
    found = list(Assistant.objects.filter(slug__in=slugs))
    if not found or len(found) != len(set(slugs)):
        raise BadInput(_("A widget offers at least one assistant, and each of them must exist."))
    audiences = {Audience.EVERYONE} if inbox.anonymous else {Audience.EVERYONE, Audience.MEMBERS}
    if closed := [assistant.name for assistant in found if assistant.audience not in audiences]:
        message = _("The visitors of this widget may not talk to %(names)s: change who may, or leave it out.")
        raise BadInput(message % {"names": ", ".join(closed)})
    return found


def _values(inbox: Inbox) -> dict[str, Any]:
    own = {"id", "created_at", "updated_at", "secret_serial", "old_secret_until"}
    values = {field.name: getattr(inbox, field.name) for field in Inbox._meta.concrete_fields}
    slugs = sorted(inbox.assistants.values_list("slug", flat=True))
    return {name: value for name, value in values.items() if name not in own} | {"assistants": slugs}
