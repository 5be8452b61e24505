"""Who has to look again when a conversation has changed: the other tabs of its owner, and the staff's inbox."""

from uuid import NAMESPACE_OID, UUID, uuid5

from asgiref.sync import async_to_sync

from apps.core.actor import Actor

from .generation.delivery.hub import Subscription, hub
from .generation.delivery.pokes import poke_others
from .models import Conversation, Standing

INBOX = uuid5(NAMESPACE_OID, "inbox")


def tabs_key(actor: Actor) -> UUID:
    """What the tabs of one person subscribe to."""
    return _key(actor.user_id, actor.visitor_id)


def person_tell(user_id: int) -> None:
    """From a request, after its commit: sockets of who was shut out, or may do less now, ask who they are."""
    for key in (_key(user_id, None), INBOX):
        hub.poke(key)
        async_to_sync(poke_others)(key)


async def conversation_tell(conversation: Conversation, *, but: Subscription | None = None) -> None:
    """`but` is the tab in which it was done, and which knows."""
    keys = [_key(conversation.owner_id, conversation.visitor_id)]
    if conversation.standing != Standing.BOT:
        keys.append(INBOX)
    for key in keys:
        hub.poke(key, but=but)
        await poke_others(key)


def owner_tell(conversation: Conversation) -> None:
    """From a request, after its commit: the list of conversations has changed."""
    async_to_sync(conversation_tell)(conversation)


def standing_tell(conversation: Conversation) -> None:
    """From a request, after its commit: somebody else answers now, or has replied. The inbox hears of all of it."""
    async_to_sync(_standing_tell)(conversation)


async def _standing_tell(conversation: Conversation) -> None:
    await conversation_tell(conversation)
    if conversation.standing == Standing.BOT:  # it has left the inbox
        hub.poke(INBOX)
        await poke_others(INBOX)


def _key(user_id: int | None, visitor_id: UUID | None) -> UUID:
    return uuid5(NAMESPACE_OID, f"{user_id or ''}/{visitor_id or ''}")
