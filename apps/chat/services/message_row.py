"""A new message's row."""

from typing import Any
from uuid import UUID

from django.db.models import Max

from apps.core.language import detect_language

from ..models import Conversation, Message, Role


def message_append(
    conversation: Conversation,
    role: Role,
    parent: UUID | None,
    text: str,
    *,
    last: int | None = None,
    **fields: Any,
) -> Message:
    """Stores a message behind all others; `last` is the position of the last one, where it is known.

    Call it with the conversation's row locked.
    """
    if last is None:
        last = conversation.messages.aggregate(last=Max("position"))["last"] or 0
    fields = {"language": detect_language(text)} | fields
    return Message.objects.create(
        conversation=conversation, position=last + 1, role=role, parent_id=parent, text=text, **fields
    )
