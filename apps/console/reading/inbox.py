"""Conversations that want a person, and those that have one."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from apps.chat.models import Conversation, Generation, Message, Role, Standing
from apps.moderation.selectors import decisions_self_harm

RESOLVED_SHOWN = 20


@dataclass(frozen=True)
class Inbox:
    """`waiting`: who may do themselves harm, then the longest first.
    `mine` and `others`: with a person. `resolved`: the last ones.
    """

    waiting: list[Conversation]
    mine: list[Conversation]
    others: list[Conversation]
    resolved: list[Conversation]


def inbox_for(user_id: int) -> Inbox:
    """Each with `last_words`, what the customer wrote last, and `self_harm`, whether a question spoke of it."""
    asked = Message.objects.filter(conversation=OuterRef("pk"), role=Role.USER).order_by("-position")
    answers = Generation.objects.filter(conversation=OuterRef(OuterRef("pk"))).values("pk")
    self_harm = Exists(decisions_self_harm().filter(generation_id__in=answers))
    rows = (
        Conversation.objects.filter(is_trial=False)
        .select_related("assistant", "owner", "attendant")
        .annotate(last_words=Subquery(asked.values("text")[:1]), self_harm=self_harm)
    )
    with_person = rows.filter(standing=Standing.PERSON).order_by("standing_at")
    return Inbox(
        list(rows.filter(standing=Standing.WAITING).order_by("-self_harm", "standing_at")),
        list(with_person.filter(attendant=user_id)),
        list(with_person.exclude(attendant=user_id)),
        list(rows.filter(standing=Standing.RESOLVED).order_by("-standing_at")[:RESOLVED_SHOWN]),
    )


def waiting() -> QuerySet[Conversation]:
    return Conversation.objects.filter(standing=Standing.WAITING, is_trial=False)


def messages_of(conversation: Conversation) -> QuerySet[Message]:
    """All of them, in order, also what the customer has put in other words since."""
    return (
        conversation.messages.select_related("author", "generation").prefetch_related("files").order_by("position")
    )
