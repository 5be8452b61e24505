"""Sharing a conversation by an address, and taking that back."""

import secrets
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound

from ..models import LIVE, Share
from ..reading.snapshot import snapshot
from ..selectors import access_conversation

MOST = 20  # shares of one conversation


@transaction.atomic
def share_create(*, actor: Actor, conversation_id: UUID) -> Share:
    """A share of what the conversation shows now; what is said later stays out of it.

    Raises NotFound unless it is the actor's own, Conflict while an answer is written or where there are too many.
    """
    conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
    if conversation.generations.filter(status__in=LIVE).exists():
        raise Conflict(_("Wait until the answer is complete."))
    content = snapshot(conversation)
    if not content["messages"]:
        raise BadInput(_("There is nothing to share yet."))
    if Share.objects.filter(conversation=conversation).count() >= MOST:
        text = _("This conversation is shared %(count)d times already. Take one of them back first.")
        raise Conflict(text % {"count": MOST})
    share = Share.objects.create(conversation=conversation, token=secrets.token_urlsafe(16), content=content)
    audit_record(actor=actor, action="conversation.shared", target=f"conversation:{conversation_id}")
    return share


@transaction.atomic
def share_delete(*, actor: Actor, conversation_id: UUID, share_id: UUID) -> None:
    """From now on nobody reads it. Raises NotFound unless it is a share of the actor's own conversation."""
    conversation = access_conversation(actor=actor, conversation_id=conversation_id)
    removed, _by_model = Share.objects.filter(pk=share_id, conversation=conversation).delete()
    if not removed:
        raise NotFound(_("This share is gone already."))
    audit_record(actor=actor, action="conversation.unshared", target=f"conversation:{conversation_id}")
