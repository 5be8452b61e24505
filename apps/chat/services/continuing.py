"""Going on with an answer that was broken off."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import Conflict, NotFound

from ..generation.fold import Folded, kept_event
from ..models import Conversation, Generation, GenerationEvent, Message, Status
from ..selectors import access_conversation
from .defer import generation_defer
from .limits import person_limit
from .message import Sent, not_with_people, once, repeated
from .opening import able_to_answer, still_open

BROKEN_OFF = (Status.STOPPED, Status.INTERRUPTED)


def generation_continue(
    *,
    actor: Actor,
    generation_id: UUID,
    continued_id: UUID,
    question_id: UUID,
    conversation_id: UUID,
    start: Callable[[UUID], None] = generation_defer,
) -> Sent:
    """A new attempt at the same answer, which goes on behind what stands of it; a repeat changes nothing.

    Its log begins with what stands, so that no way of ending it loses any of that. Raises Conflict for an answer
    that is complete or goes on already, and otherwise as `message_again` does.
    """

    def store() -> Sent:
        person_limit(actor)
        conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
        still_open(actor, conversation)
        able_to_answer(conversation.assistant)
        not_with_people(conversation)
        continued = _broken_off(conversation, continued_id, question_id)
        answer = continued.answer
        if answer is None:
            raise Conflict(_("This answer goes on already."))
        generation = _take_over(continued, answer, generation_id)
        conversation.save(update_fields=["updated_at"])
        start(generation_id)
        data = {"generation": str(generation_id), "continues": str(continued_id), "characters": len(answer.text)}
        audit_record(actor=actor, action="answer.continued", target=f"conversation:{conversation.pk}", data=data)
        return Sent(continued.question, generation, conversation)

    return once(actor, store, lambda: repeated(actor, question_id, generation_id, conversation_id, again=True))


def _broken_off(conversation: Conversation, continued_id: UUID, question_id: UUID) -> Generation:
    found = conversation.generations.select_for_update(of=("self",)).select_related("question", "answer")
    generation = found.filter(pk=continued_id, question=question_id).first()
    if generation is None:
        raise NotFound(_("There is no such answer."))
    if generation.status not in BROKEN_OFF:
        raise Conflict(_("Only an answer that was broken off can go on."))
    return generation


def _take_over(continued: Generation, answer: Message, generation_id: UUID) -> Generation:
    Generation.objects.filter(pk=continued.pk).update(answer=None)
    generation = Generation.objects.create(
        id=generation_id,
        conversation_id=continued.conversation_id,
        question=continued.question,
        answer=answer,
        continues=continued,
        revision=continued.revision,
    )
    kept = kept_event(Folded(answer.text, answer.sources, answer.notes))
    GenerationEvent.objects.create(generation=generation, seq=1, event=kept)
    return generation
