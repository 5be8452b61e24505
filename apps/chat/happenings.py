"""What other systems may want to hear of. It is told inside the transaction in which it happens."""

from typing import Any
from uuid import UUID

from django.db import models
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _

from .models import Generation, Message, Outcome, Rating, Standing, Status


class Happening(models.TextChoices):
    CONVERSATION_CREATED = "conversation.created", _("A conversation began")
    CONVERSATION_DELETED = "conversation.deleted", _("A conversation was deleted")
    ANSWERED = "message.answered", _("A question was answered")
    DECLINED = "message.declined", _("A question was declined: the documents do not answer it")
    BLOCKED = "message.blocked", _("A question or its answer was blocked by moderation")
    FAILED = "message.failed", _("An answer failed")
    REQUESTED = "handover.requested", _("A customer asked for a person")
    TAKEN = "handover.taken", _("A person took the conversation")
    RESOLVED = "handover.resolved", _("A person resolved the conversation")
    WITHDRAWN = "handover.withdrawn", _("A customer went back to the assistant")
    RATED = "rating.given", _("An answer was rated")


# Sent with `happening`, `conversation_id` and `facts`: ids and plain data, never what somebody wrote.
happened = Signal()

_STANDINGS = {
    Standing.WAITING: Happening.REQUESTED,
    Standing.PERSON: Happening.TAKEN,
    Standing.RESOLVED: Happening.RESOLVED,
    Standing.BOT: Happening.WITHDRAWN,
}
_OUTCOMES: dict[str, Happening] = {Outcome.DECLINED: Happening.DECLINED, Outcome.BLOCKED: Happening.BLOCKED}


def tell(happening: Happening, conversation_id: UUID, **facts: Any) -> None:
    happened.send(Happening, happening=happening, conversation_id=conversation_id, facts=facts)


def standing_told(conversation_id: UUID, standing: Standing) -> None:
    tell(_STANDINGS[standing], conversation_id)


def ending_told(generation: Generation) -> None:
    """Of one that was stopped nothing is told."""
    if generation.status == Status.STOPPED:
        return
    facts: dict[str, Any] = {"question": str(generation.question_id), "answer": str(generation.answer_id)}
    if generation.status == Status.DONE:
        happening = _OUTCOMES.get(generation.outcome, Happening.ANSWERED)
        facts |= {"outcome": generation.outcome, "confidence": generation.confidence}
    else:
        happening = Happening.FAILED
        facts |= {"code": generation.error_code}
    tell(happening, generation.conversation_id, **facts)


def words_of(facts: dict[str, Any]) -> dict[str, str]:
    """What was written, by the ids in a happening's `facts`; nothing of what is deleted meanwhile."""
    ids: dict[str, str] = {name: facts[name] for name in ("question", "answer") if name in facts}
    texts = dict(Message.objects.filter(pk__in=ids.values()).values_list("pk", "text"))
    words: dict[str, str] = {name: texts[UUID(pk)] for name, pk in ids.items() if UUID(pk) in texts}
    if "value" in facts and (rating := Rating.objects.filter(generation__answer_id=facts["answer"]).first()):
        words["comment"] = rating.comment
    return words
