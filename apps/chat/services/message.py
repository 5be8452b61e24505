"""Asking."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound
from apps.core.language import detect_language

from ..models import Conversation, Generation, Message, Role
from ..selectors import access_assistant, access_conversation, assistants_of, owned_by
from .conversation import title_clean
from .defer import generation_defer
from .limits import person_limit, person_turn

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
    edits: UUID | None = None,
    start: Callable[[UUID], None] = generation_defer,
) -> Sent:
    """Stores a question and starts its answer, all or nothing. The client makes the ids; a repeat changes nothing.

    `assistant` (a slug) counts for a new conversation. `edits` is the question that this one stands in the place
    of; without it the conversation goes on. `start` is called inside the transaction. Raises BadInput for an empty
    or overlong text, NotFound for somebody else's conversation, Conflict while an answer is written, TooMany for
    who asks too much.
    """
    text = text_clean(text)

    def store() -> Sent:
        person_limit(actor)
        conversation = _conversation(actor, conversation_id, assistant, text)
        parent = conversation.head_id if edits is None else _question(conversation, edits).parent_id
        question = _message(conversation, Role.USER, parent, text, id=message_id)
        return _answer_begin(actor, conversation, question, generation_id, start)

    return _once(actor, store, lambda: _repeated(actor, message_id, generation_id, conversation_id))


def message_again(
    *,
    actor: Actor,
    question_id: UUID,
    generation_id: UUID,
    conversation_id: UUID,
    start: Callable[[UUID], None] = generation_defer,
) -> Sent:
    """Answers a question anew; the answers before stay as versions. Raises as `message_send` does."""

    def store() -> Sent:
        person_limit(actor)
        conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
        _still_open(actor, conversation)
        question = _question(conversation, question_id)
        return _answer_begin(actor, conversation, question, generation_id, start)

    return _once(actor, store, lambda: _repeated(actor, question_id, generation_id, conversation_id, again=True))


def _once(actor: Actor, store: Callable[[], Sent], repeated: Callable[[], Sent | None]) -> Sent:
    try:
        with transaction.atomic():
            person_turn(actor)  # first of all: what another tab is storing is seen whole, or not at all
            return repeated() or store()
    except IntegrityError as error:
        # An answer is being written here, or somebody who is nobody sent the same at once.
        if sent := repeated():
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


def _repeated(
    actor: Actor, message_id: UUID, generation_id: UUID, conversation_id: UUID, *, again: bool = False
) -> Sent | None:
    """What this very request has stored before. Raises NotFound where its ids are taken by something else."""
    generation = Generation.objects.select_related("question__conversation").filter(pk=generation_id).first()
    message = generation.question if generation else Message.objects.filter(pk=message_id).first()
    if generation is None and (again or message is None):
        return None
    same = message is not None and (message.pk, message.conversation_id) == (message_id, conversation_id)
    if generation is None or message is None or not same or not owned_by(actor, message.conversation):
        raise NotFound(_("There is no such conversation."))
    return Sent(message, generation, message.conversation, repeated=True)


def _answer_begin(
    actor: Actor,
    conversation: Conversation,
    question: Message,
    generation_id: UUID,
    start: Callable[[UUID], None],
) -> Sent:
    answer = _message(conversation, Role.ASSISTANT, question.pk, "", language=question.language)
    generation = Generation.objects.create(
        id=generation_id, conversation=conversation, question=question, answer=answer
    )
    conversation.head = answer
    conversation.save(update_fields=["head", "updated_at"])
    start(generation_id)
    # Last: from here to the commit all other senders wait for the chain.
    data = {"generation": str(generation_id), "characters": len(question.text), "language": question.language}
    audit_record(actor=actor, action="message.sent", target=f"conversation:{conversation.pk}", data=data)
    return Sent(question, generation, conversation)


def _message(conversation: Conversation, role: Role, parent: UUID | None, text: str, **fields: Any) -> Message:
    position = conversation.messages.aggregate(last=Max("position"))["last"] or 0
    fields = {"language": detect_language(text)} | fields
    return Message.objects.create(
        conversation=conversation, position=position + 1, role=role, parent_id=parent, text=text, **fields
    )


def _question(conversation: Conversation, message_id: UUID) -> Message:
    question = conversation.messages.filter(pk=message_id, role=Role.USER).first()
    if question is None:
        raise NotFound(_("There is no such question in this conversation."))
    return question


def _conversation(actor: Actor, conversation_id: UUID, slug: str, text: str) -> Conversation:
    """Locked, so that two sends into one conversation come one after the other."""
    conversation = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if conversation is not None:
        if not owned_by(actor, conversation):
            raise NotFound(_("There is no such conversation."))
        _still_open(actor, conversation)
        return conversation
    return Conversation.objects.create(
        id=conversation_id,
        assistant=access_assistant(actor=actor, slug=slug),
        owner_id=actor.user_id,
        visitor_id=actor.visitor_id,
        title=title_clean(text),
        language=detect_language(text),
    )


def _still_open(actor: Actor, conversation: Conversation) -> None:
    if not assistants_of(actor).filter(pk=conversation.assistant_id).exists():
        raise NotFound(_("You can no longer talk to this assistant. Start a conversation with another."))
