"""A widget before it is saved: what its form holds, in a signed text that the addresses of its preview carry."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.core import signing
from django.utils.translation import gettext as _

from apps.chat.models import Assistant
from apps.chat.selectors import is_able
from apps.chat.services import assistant_content, assistant_try
from apps.core.actor import Actor
from apps.core.errors import NotFound

from .inboxes import inbox_fill, inbox_find
from .models import Inbox

_SIGNER = signing.Signer(salt="widget.preview")  # without the time: the same look has the same address
_LOOK = ("accent", "side", "label", "label_zh", "greeting", "greeting_zh")


@dataclass(frozen=True)
class Preview:
    """`inbox` is not stored; `assistants` are slugs, and `page_id` tells one open form from others."""

    inbox: Inbox
    assistants: tuple[str, ...]
    page_id: UUID


def preview_sign(
    *, page_id: UUID, inbox_id: UUID | None, assistants: list[str], origins: list[str], **fields: Any
) -> str:
    """Takes what `inbox_save` takes, and raises as that does; stores nothing."""
    inbox = inbox_find(inbox_id) if inbox_id else Inbox()
    offered = [assistant.slug for assistant in inbox_fill(inbox, assistants, origins, fields)]
    look = {name: getattr(inbox, name) for name in _LOOK}
    return _SIGNER.sign_object({"look": look, "assistants": offered, "page": page_id.hex}, compress=True)


def preview_read(token: str) -> Preview:
    """Raises NotFound for anything that was not signed here."""
    try:
        data = _SIGNER.unsign_object(token)
    except signing.BadSignature as error:
        raise NotFound(_("There is no such widget.")) from error
    return Preview(Inbox(**data["look"]), tuple(data["assistants"]), UUID(data["page"]))


def offered_by(preview: Preview, actor: Actor) -> list[tuple[UUID, Assistant]]:
    """What its visitors could ask, each with the id of the person's trial of it."""
    found = Assistant.objects.filter(slug__in=preview.assistants, enabled=True)
    return [(uuid5(preview.page_id, f"{actor.user_id} {one.slug}"), one) for one in found if is_able(one)]


def preview_begin(preview: Preview, actor: Actor) -> None:
    """What is asked in the preview is a trial: the assistants are copied for the actor alone, as they are saved."""
    for trial_id, assistant in offered_by(preview, actor):
        assistant_try(actor=actor, trial_id=trial_id, **assistant_content(assistant))
