"""From the assistant to a person, and back. Every change looks at the standing under the conversation's lock."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import audit_record, audit_record_each
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotFound, TooMany
from apps.core.language import detect_language

from ..happenings import standing_told
from ..models import LIVE, WITH_PEOPLE, Conversation, Message, Role, Standing
from ..selectors import access_conversation
from .generation import generation_halt
from .limits import handover_limit, person_turn
from .message_row import message_append
from .message_text import text_clean
from .opening import conversation_open, wordless_title


@transaction.atomic
def handover_request(*, actor: Actor, conversation_id: UUID, assistant: str) -> Conversation:
    """The customer asks for a person; nothing changes where they wait or are with one already.

    `assistant` (a slug) counts for a new conversation: one may ask for a person before anything else. Raises
    NotFound for somebody else's, BadInput where the assistant hands over to nobody, TooMany for who waits in
    many others.
    """
    person_turn(actor)  # what is written at the same moment may be opening the same conversation
    conversation = conversation_open(actor, conversation_id, assistant, wordless_title())
    if conversation.standing in WITH_PEOPLE:
        return conversation
    if not conversation.assistant.handover:
        raise BadInput(_("Nobody can be reached through this assistant."))
    handover_limit(actor)
    return _stand(actor, conversation, Standing.WAITING, attendant_id=None)


@transaction.atomic
def handover_unanswered(generation_id: UUID) -> Conversation | None:
    """A person is asked for, where it is set up so, because the assistant had no answer or the question speaks of
    self-harm; None where nothing changes.

    Call it before the generation's row is written to: whoever holds the conversation may be waiting for that one.
    """
    rows = Conversation.objects.select_related("assistant").select_for_update(of=("self",))
    conversation = rows.filter(generations=generation_id).first()
    if conversation is None or not handover_calls(conversation):
        return None
    return _stand(SYSTEM, conversation, Standing.WAITING, attendant_id=None)


def handover_calls(conversation: Conversation) -> bool:
    """Whether a question without an answer asks for a person here: not where a program asks, nor where they are
    with people already, be it in as many other conversations as one person may wait in.
    """
    assistant, owner, visitor = conversation.assistant, conversation.owner_id, conversation.visitor_id
    if not (assistant.handover and assistant.escalates) or conversation.standing in WITH_PEOPLE:
        return False
    if owner is None and visitor is None:
        return False
    try:
        handover_limit(Actor(user_id=owner, visitor_id=visitor))
    except TooMany:
        return False
    return True


@transaction.atomic
def handover_withdraw(*, actor: Actor, conversation_id: UUID) -> Conversation:
    """The customer goes back to the assistant. Raises NotFound unless it is the actor's own."""
    conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
    if conversation.standing not in WITH_PEOPLE:
        return conversation
    return _stand(actor, conversation, Standing.BOT, attendant_id=None)


@transaction.atomic
def handover_take(*, actor: Actor, conversation_id: UUID) -> Conversation:
    """A member of staff takes the conversation, also from a colleague; the assistant falls silent at once.

    Raises NotFound for one that is gone, Conflict where nobody asked for a person.
    """
    conversation = _conversation(conversation_id)
    if conversation.standing == Standing.BOT:
        raise Conflict(_("The customer has gone back to the assistant."))
    for generation in conversation.generations.select_for_update().filter(status__in=LIVE):
        generation_halt(generation)
    return _stand(actor, conversation, Standing.PERSON, attendant_id=actor.user_id)


@transaction.atomic
def handover_resolve(*, actor: Actor, conversation_id: UUID) -> Conversation:
    """Nothing is left to do for a person; the customer's next question is the assistant's again.

    Raises NotFound for one that is gone, Conflict unless it is with a person.
    """
    conversation = _conversation(conversation_id)
    if conversation.standing not in WITH_PEOPLE:
        raise Conflict(_("This conversation is not with a person any more."))
    return _stand(actor, conversation, Standing.RESOLVED, attendant_id=conversation.attendant_id)


@transaction.atomic
def handover_release(*, actor: Actor, user_id: int) -> list[Conversation]:
    """What a member of staff has taken waits for a colleague again; returns it."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("assistant")
    taken = list(rows.filter(attendant_id=user_id, standing=Standing.PERSON).order_by("pk"))
    for conversation in taken:
        _place(conversation, Standing.WAITING, attendant_id=None)
    if taken:
        targets = [f"conversation:{conversation.pk}" for conversation in taken]
        audit_record_each(actor=actor, action=f"handover.{Standing.WAITING}", targets=targets)
    return taken


def person_reply(*, actor: Actor, conversation_id: UUID, message_id: UUID, text: str) -> Message:
    """What the attendant says to the customer. The client makes the id; a repeat changes nothing.

    Raises BadInput for an empty or overlong text, NotFound for a conversation that is gone, Conflict for who has
    not taken it.
    """
    text = text_clean(text)
    try:
        with transaction.atomic():
            return _reply(actor, conversation_id, message_id, text)
    except IntegrityError as error:  # the id is taken, in another conversation
        raise Conflict(_("This reply could not be kept. Write it once more.")) from error


def _reply(actor: Actor, conversation_id: UUID, message_id: UUID, text: str) -> Message:
    conversation = _conversation(conversation_id)
    said = conversation.messages.filter(pk=message_id, author_id=actor.user_id).first()
    if said is not None:
        return said
    if conversation.standing != Standing.PERSON or conversation.attendant_id != actor.user_id:
        raise Conflict(_("Take the conversation before you reply: it is not with you now."))
    reply = message_append(
        conversation,
        Role.PERSON,
        conversation.head_id,
        text,
        id=message_id,
        author_id=actor.user_id,
        language=detect_language(text),
    )
    conversation.head = reply
    conversation.save(update_fields=["head", "updated_at"])
    data = {"characters": len(text)}
    audit_record(actor=actor, action="handover.replied", target=f"conversation:{conversation_id}", data=data)
    return reply


def _conversation(conversation_id: UUID) -> Conversation:
    conversation = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("assistant", "attendant")
        .filter(pk=conversation_id, is_trial=False)
        .first()
    )
    if conversation is None:
        raise NotFound(_("There is no such conversation. Its owner may have deleted it."))
    return conversation


def _stand(
    actor: Actor, conversation: Conversation, standing: Standing, *, attendant_id: int | None
) -> Conversation:
    if (conversation.standing, conversation.attendant_id) == (standing, attendant_id):
        return conversation
    _place(conversation, standing, attendant_id=attendant_id)
    audit_record(actor=actor, action=f"handover.{standing}", target=f"conversation:{conversation.pk}")
    return conversation


def _place(conversation: Conversation, standing: Standing, *, attendant_id: int | None) -> None:
    conversation.standing, conversation.attendant_id = standing, attendant_id
    conversation.standing_at = timezone.now()
    conversation.save(update_fields=["standing", "attendant", "standing_at"])
    standing_told(conversation.pk, standing)
