"""Having a passage of a text written anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotFound

from ..generation.composing.revision import passage_cut
from ..models import LIVE, Conversation, Generation, Message, Role, Task
from ..selectors import access_conversation
from .defer import generation_defer
from .limits import person_limit
from .message import Sent, not_with_people, once, repeated
from .message_row import message_append
from .message_text import text_clean
from .opening import able_to_answer, still_open


def answer_revise(
    *,
    actor: Actor,
    answer_id: UUID,
    generation_id: UUID,
    question_id: UUID,
    conversation_id: UUID,
    places: tuple[int, int],
    instruction: str,
    start: Callable[[UUID], None] = generation_defer,
) -> Sent:
    """A new version of a written text in which only the passage between two `places` is written anew.

    Places are UTF-16 units of the answer's text. A repeat changes nothing. Raises BadInput for an instruction
    or places that cannot be, and for an answer that quotes documents; otherwise as `message_again` does.
    """
    instruction = text_clean(instruction)

    def store() -> Sent:
        person_limit(actor)
        conversation = access_conversation(actor=actor, conversation_id=conversation_id, lock=True)
        still_open(actor, conversation)
        able_to_answer(conversation.assistant)
        not_with_people(conversation)
        answer = _written(conversation, answer_id, question_id)
        cut = passage_cut(answer.text, *places)
        if cut is None:
            raise BadInput(_("There is no such passage in this text."))
        parts = dict(zip(("before", "passage", "after"), cut, strict=True))
        revision = {**parts, "instruction": instruction, "sources": answer.sources}
        generation = _begin(conversation, answer, generation_id, revision)
        start(generation_id)
        data = {"generation": str(generation_id), "answer": str(answer_id), "characters": len(instruction)}
        audit_record(actor=actor, action="answer.revised", target=f"conversation:{conversation.pk}", data=data)
        return Sent(generation.question, generation, conversation)

    return once(actor, store, lambda: repeated(actor, question_id, generation_id, conversation_id, again=True))


def _written(conversation: Conversation, answer_id: UUID, question_id: UUID) -> Message:
    answer = conversation.messages.filter(pk=answer_id, parent=question_id, generation__isnull=False).first()
    if answer is None or answer.generation.status in LIVE:
        raise NotFound(_("There is no such answer."))
    if conversation.assistant.task != Task.WRITE:
        raise BadInput(_("Only a text that was written here can be revised."))
    return answer


def _begin(
    conversation: Conversation, answer: Message, generation_id: UUID, revision: dict[str, Any]
) -> Generation:
    version = message_append(conversation, Role.ASSISTANT, answer.parent_id, "", language=answer.language)
    generation = Generation.objects.create(
        id=generation_id,
        conversation=conversation,
        question=answer.generation.question,
        answer=version,
        revision=revision,
    )
    conversation.head = version
    conversation.save(update_fields=["head", "updated_at"])
    return generation
