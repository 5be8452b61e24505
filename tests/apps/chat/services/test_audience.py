"""An assistant for staff is for staff: it is not listed, answers nobody else, and its passages stay closed."""

import uuid

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.chat.models import Assistant, Audience
from apps.chat.selectors import assistants_of
from apps.chat.services import message_send
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import NotFound

VISITOR = Actor(visitor_id=uuid.uuid4(), label="visitor")
SEEN_BY = {
    Audience.EVERYONE: {"", *Role.values},
    Audience.MEMBERS: set(Role.values),
    Audience.STAFF: {Role.REVIEWER, Role.OPERATOR, Role.ADMIN},
}


def cast(role: str) -> Actor:
    if not role:
        return VISITOR
    user, _made = User.objects.get_or_create(username=role, defaults={"role": role})
    return Actor(user_id=user.pk, label=role, role=role)


def ask(actor: Actor, conversation_id: uuid.UUID | None = None) -> uuid.UUID:
    sent = message_send(
        actor=actor,
        message_id=uuid.uuid4(),
        generation_id=uuid.uuid4(),
        conversation_id=conversation_id or uuid.uuid4(),
        assistant="service",
        text="May I work from home?",
        start=lambda _id: None,
    )
    return sent.conversation.pk


@pytest.mark.parametrize("audience", Audience.values)
@pytest.mark.parametrize("role", ["", *Role.values])
def test_an_assistant_answers_its_audience_and_nobody_else(assistant: Assistant, audience: str, role: str) -> None:
    Assistant.objects.update(audience=audience)
    actor, meant = cast(role), role in SEEN_BY[Audience(audience)]
    assert assistants_of(actor).exists() is meant
    if meant:
        ask(actor)
    else:
        with pytest.raises(NotFound):
            ask(actor)


def test_the_page_of_a_visitor_does_not_name_an_assistant_for_staff(client: Client, assistant: Assistant) -> None:
    assert "Service" in client.get("/").content.decode()
    Assistant.objects.update(audience=Audience.STAFF)
    assert "Service" not in client.get("/").content.decode()


def test_a_conversation_goes_on_only_as_long_as_the_assistant_is_open_to_the_person(assistant: Assistant) -> None:
    begun = ask(VISITOR)
    assistant.conversations.get().generations.update(status="done")
    Assistant.objects.update(audience=Audience.STAFF)
    with pytest.raises(NotFound, match="no longer"):
        ask(VISITOR, begun)


def test_who_names_an_assistant_that_is_not_there_is_told_which_are(assistant: Assistant) -> None:
    with pytest.raises(NotFound, match="There are: service"):
        message_send(
            actor=SYSTEM,
            message_id=uuid.uuid4(),
            generation_id=uuid.uuid4(),
            conversation_id=uuid.uuid4(),
            assistant="servcie",
            text="Hello",
        )
