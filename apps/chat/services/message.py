"""Asking."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound
from apps.core.language import detect_language

from ..models import Conversation, Generation, Message, Role
from ..selectors import access_assistant, assistants_of, owned_by
from .conversation import title_clean
from .defer import generation_defer
from .limits import person_limit

LONGEST = 4000


@dataclass(frozen=True)
class Sent:
    """The rows of an accepted question; `repeated` when the same message had been accepted before."""

    message: Message
    generation: Generation
    conversation: Conversation
    repeated: bool = False


def message_send(
    *,
    actor: Actor,
    message_id: UUID,
    generation_id: UUID,
    conversation_id: UUID,
    assistant: str,
    text: str,
    start: Callable[[UUID], None] = generation_defer,
) -> Sent:
    """Stores a question and starts its answer, all or nothing. The client makes the ids; a repeat changes nothing.

    `assistant` (a slug) counts for a new conversation. `start` is called inside the transaction. Raises BadInput
    for an empty or overlong text, NotFound for somebody else's conversation, Conflict while an answer is written,
    TooMany for who asks too much.
    """
    text = text_clean(text)
    try:
        with transaction.atomic():
            return _repeated(actor, message_id, generation_id, conversation_id) or _stored(
                actor, message_id, generation_id, conversation_id, assistant, text, start
            )
    except IntegrityError as error:
        # Another tab was first, by a moment: with this very message, or with another one.
        if sent := _repeated(actor, message_id, generation_id, conversation_id):
            return sent
        raise Conflict(_("An answer is still being written here. Wait for it, or stop it.")) from error


def text_clean(text: str) -> str:
    """Without blanks around it; raises BadInput unless 1 to 4000 characters remain."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not text or not text.strip("\u200b\u200c\u200d\ufeff"):
        raise BadInput(_("Write a question first."))
    if len(text) > LONGEST:
        raise BadInput(
            _("Your question has %(count)d characters; at most %(limit)d are possible. Please shorten it.")
            % {"count": len(text), "limit": LONGEST}
        )
    if "\x00" in text or any(0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise BadInput(_("The question holds characters that cannot be stored."))
    return text


def _repeated(actor: Actor, message_id: UUID, generation_id: UUID, conversation_id: UUID) -> Sent | None:
    message = Message.objects.select_related("conversation", "asked_in").filter(pk=message_id).first()
    if message is None:
        return None
    same = (message.conversation_id, getattr(message, "asked_in", None) and message.asked_in.pk)
    if not owned_by(actor, message.conversation) or same != (conversation_id, generation_id):
        raise NotFound(_("There is no such conversation."))
    return Sent(message, message.asked_in, message.conversation, repeated=True)


def _stored(
    actor: Actor,
    message_id: UUID,
    generation_id: UUID,
    conversation_id: UUID,
    assistant: str,
    text: str,
    start: Callable[[UUID], None],
) -> Sent:
    person_limit(actor)
    conversation = _conversation(actor, conversation_id, assistant, text)
    position = conversation.messages.aggregate(last=Max("position"))["last"] or 0
    language = detect_language(text)
    question = Message.objects.create(
        id=message_id,
        conversation=conversation,
        position=position + 1,
        role=Role.USER,
        text=text,
        language=language,
    )
    answer = Message.objects.create(
        conversation=conversation, position=position + 2, role=Role.ASSISTANT, language=language
    )
    generation = Generation.objects.create(
        id=generation_id, conversation=conversation, question=question, answer=answer
    )
    conversation.save(update_fields=["updated_at"])
    start(generation_id)
    # Last: from here to the commit all other senders wait for the chain.
    data = {"generation": str(generation_id), "characters": len(text), "language": language}
    audit_record(actor=actor, action="message.sent", target=f"conversation:{conversation_id}", data=data)
    return Sent(question, generation, conversation)


def _conversation(actor: Actor, conversation_id: UUID, slug: str, text: str) -> Conversation:
    """Locked, so that two sends into one conversation come one after the other."""
    conversation = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if conversation is not None:
        if not owned_by(actor, conversation):
            raise NotFound(_("There is no such conversation."))
        if not assistants_of(actor).filter(pk=conversation.assistant_id).exists():
            raise NotFound(_("You can no longer talk to this assistant. Start a conversation with another."))
        return conversation
    assistant = access_assistant(actor=actor, slug=slug)
    return Conversation.objects.create(
        id=conversation_id,
        assistant=assistant,
        owner_id=actor.user_id,
        visitor_id=actor.visitor_id,
        title=title_clean(text),
        language=detect_language(text),
    )
