"""What a person may do with a conversation of theirs."""

from uuid import UUID

from django.db import transaction

from apps.audit.services import audit_record
from apps.core.actor import Actor

from ..models import Conversation
from ..selectors import access_conversation


@transaction.atomic
def conversation_delete(*, actor: Actor, conversation_id: UUID) -> None:
    """Removes the conversation and all it holds; what still answers in it finds its row gone and stops.

    Raises NotFound unless it is the actor's own.
    """
    # Locked, in this order: neither a question nor a line of an answer may slip in between the deletions.
    conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
    list(conversation.generations.select_for_update().values_list("pk"))
    conversation.delete()
    audit_record(actor=actor, action="conversation.deleted", target=f"conversation:{conversation_id}")


@transaction.atomic
def conversations_adopt(*, actor: Actor, visitor_id: UUID) -> int:
    """Gives what a visitor asked before signing in to the account (`actor`); returns how many conversations."""
    visitors = Conversation.objects.filter(owner=None, visitor_id=visitor_id)
    count = visitors.update(owner_id=actor.user_id, visitor_id=None)
    if count:
        target = f"user:{actor.user_id}"
        audit_record(actor=actor, action="conversations.adopted", target=target, data={"count": count})
    return count
