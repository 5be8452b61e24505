"""From the assistant to a person and back: the assistant never talks over them, and nobody is lost between."""

import uuid

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils.translation import override

from apps.accounts.models import Role, User
from apps.chat.models import Assistant, Conversation, Generation, GenerationEvent, Message, Standing
from apps.chat.news import INBOX, tabs_key
from apps.chat.services import (
    handover_request,
    handover_resolve,
    handover_take,
    handover_withdraw,
    message_again,
    person_reply,
)
from apps.chat.services.limits import SENDS_PER_MINUTE, WITH_PEOPLE_PER_PERSON
from apps.chat.socket import inbox as inbox_socket
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import BadInput, Conflict, NotFound, TooMany

from ..fakes import FakeRuntime, send
from ..sockets import listening, tab
from .test_send import at_once


@pytest.fixture(autouse=True)
def offered(assistant: Assistant) -> None:
    Assistant.objects.update(handover=True)


@pytest.fixture
def lin(cast) -> Actor:
    return cast["reviewer"][0]


@pytest.fixture
def colleague(database: None) -> Actor:
    user = User.objects.create_user("mei", password=None, role=Role.REVIEWER)
    return Actor(user_id=user.pk, label="mei", role=user.role)


def asked_for(owner: Actor) -> Conversation:
    conversation = send(owner).conversation
    Generation.objects.update(status="done")
    return handover_request(actor=owner, conversation_id=conversation.pk, assistant="service")


def reply(actor: Actor, conversation: Conversation, text: str = "Hello, this is Lin.", **ids) -> Message:
    ids = {"message_id": uuid.uuid4()} | ids
    return person_reply(actor=actor, conversation_id=conversation.pk, text=text, **ids)


def standing(conversation: Conversation) -> str:
    return Conversation.objects.get(pk=conversation.pk).standing


def test_who_waits_for_a_person_is_not_answered_by_the_assistant(owner: Actor) -> None:
    conversation = asked_for(owner)
    started: list = []
    sent = send(owner, "It is urgent.", conversation_id=conversation.pk, started=started)
    assert (sent.generation, started) == (None, [])
    assert Generation.objects.count() == 1
    assert sent.message.text == "It is urgent."


def test_who_waits_for_a_person_is_told_when_one_is_there(owner: Actor) -> None:
    Assistant.objects.update(texts={"en": {"hours": "From 9 to 17."}})
    sent = send(owner, "It is urgent.", conversation_id=asked_for(owner).pk)
    told = Message.objects.get(parent=sent.message)
    assert told.text.endswith("You may leave and come back. From 9 to 17.")


def test_a_person_takes_over_replies_and_resolves_and_the_assistant_answers_again(owner: Actor, lin: Actor) -> None:
    conversation = asked_for(owner)
    handover_take(actor=lin, conversation_id=conversation.pk)
    said = reply(lin, conversation)
    assert (said.role, said.author_id, standing(conversation)) == ("person", lin.user_id, "person")
    handover_resolve(actor=lin, conversation_id=conversation.pk)
    assert standing(conversation) == "resolved"
    sent = send(owner, "And what about lamps?", conversation_id=conversation.pk)
    assert sent.generation is not None
    assert (sent.message.parent_id, standing(conversation)) == (said.pk, "bot")


def test_one_may_ask_for_a_person_before_anything_else(owner: Actor) -> None:
    new = uuid.uuid4()
    handover_request(actor=owner, conversation_id=new, assistant="service")
    assert send(owner, "Is anybody there?", conversation_id=new).generation is None


def test_a_conversation_that_began_with_asking_for_a_person_is_named_by_the_first_words(owner: Actor) -> None:
    conversation = handover_request(actor=owner, conversation_id=uuid.uuid4(), assistant="service")
    assert (
        send(owner, "My lamp is broken.", conversation_id=conversation.pk).conversation.title
        == "My lamp is broken."
    )
    assert send(owner, "Hello?", conversation_id=conversation.pk).conversation.title == "My lamp is broken."
    with override("zh-hans"):
        other = handover_request(actor=owner, conversation_id=uuid.uuid4(), assistant="service")
    assert other.title != conversation.title, "in the language of whoever asked"
    assert send(owner, "It flickers.", conversation_id=other.pk).conversation.title == "It flickers."
    renamed = handover_request(actor=owner, conversation_id=uuid.uuid4(), assistant="service")
    Conversation.objects.filter(pk=renamed.pk).update(title="The lamp")
    assert send(owner, "It is broken.", conversation_id=renamed.pk).conversation.title == "The lamp"


def test_who_asks_for_a_person_and_writes_at_the_same_moment_has_one_conversation(owner: Actor) -> None:
    new = uuid.uuid4()
    asked, sent = at_once(
        [
            lambda: handover_request(actor=owner, conversation_id=new, assistant="service"),
            lambda: send(owner, "Is anybody there?", conversation_id=new),
        ]
    )
    assert (asked.pk, sent.conversation.pk) == (new, new)
    assert Conversation.objects.get().standing == "waiting"


def test_the_answer_that_is_being_written_falls_silent_when_a_person_comes(owner: Actor, lin: Actor) -> None:
    sent = send(owner)
    handover_request(actor=owner, conversation_id=sent.conversation.pk, assistant="service")
    handover_take(actor=lin, conversation_id=sent.conversation.pk)
    assert Generation.objects.get().status == "stopped"
    assert GenerationEvent.objects.filter(event__kind="end").count() == 1


def test_asking_again_and_other_words_wait_while_a_person_answers(owner: Actor) -> None:
    conversation = asked_for(owner)
    question = Message.objects.get(role="user")
    with pytest.raises(Conflict):
        send(owner, "In other words", conversation_id=conversation.pk, edits=question.pk)
    with pytest.raises(Conflict):
        message_again(
            actor=owner, question_id=question.pk, generation_id=uuid.uuid4(), conversation_id=conversation.pk
        )


def test_a_repeated_message_to_a_person_is_one_message(owner: Actor) -> None:
    ids = {"conversation_id": asked_for(owner).pk, "message_id": uuid.uuid4(), "generation_id": uuid.uuid4()}
    sent = at_once([lambda: send(owner, "It is urgent.", **ids)] * 3)
    assert sorted(one.repeated for one in sent) == [False, True, True]
    assert Message.objects.filter(text="It is urgent.").count() == 1


def test_a_repeated_reply_is_one_reply(owner: Actor, lin: Actor) -> None:
    conversation = asked_for(owner)
    handover_take(actor=lin, conversation_id=conversation.pk)
    ids = {"message_id": uuid.uuid4()}
    assert len({said.pk for said in at_once([lambda: reply(lin, conversation, **ids)] * 3)}) == 1
    assert Message.objects.filter(role="person").count() == 1


def test_only_who_has_taken_the_conversation_replies(owner: Actor, lin: Actor, colleague: Actor) -> None:
    conversation = asked_for(owner)
    with pytest.raises(Conflict):
        reply(lin, conversation)
    handover_take(actor=lin, conversation_id=conversation.pk)
    handover_take(actor=colleague, conversation_id=conversation.pk)
    with pytest.raises(Conflict):
        reply(lin, conversation)
    assert reply(colleague, conversation).author_id == colleague.user_id


def test_who_has_gone_back_to_the_assistant_is_left_alone(owner: Actor, lin: Actor) -> None:
    conversation = asked_for(owner)
    handover_withdraw(actor=owner, conversation_id=conversation.pk)
    for act in (handover_take, handover_resolve):
        with pytest.raises(Conflict):
            act(actor=lin, conversation_id=conversation.pk)
    assert standing(conversation) == Standing.BOT


def test_an_assistant_without_people_behind_it_says_so(owner: Actor) -> None:
    Assistant.objects.update(handover=False)
    with pytest.raises(BadInput):
        handover_request(actor=owner, conversation_id=uuid.uuid4(), assistant="service")
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("outsider", ["stranger", "visitor", "passer_by", "reviewer"])
def test_nobody_else_asks_for_a_person_or_goes_back_in_ones_conversation(cast, owner: Actor, outsider: str) -> None:
    conversation = asked_for(owner)
    address = f"/api/chat/conversations/{conversation.pk}/person/"
    client = cast[outsider][1]
    assert client.put(address, {"assistant": "service"}, "application/json").status_code == 404
    assert client.delete(address).status_code == 404
    assert standing(conversation) == "waiting"


def test_too_much_written_to_a_person_is_told_to_wait(owner: Actor) -> None:
    conversation = asked_for(owner)
    for _ in range(SENDS_PER_MINUTE - 1):
        send(owner, conversation_id=conversation.pk)
    with pytest.raises(TooMany):
        send(owner, conversation_id=conversation.pk)


def test_nobody_fills_the_inbox_alone(owner: Actor) -> None:
    first = asked_for(owner)
    for _ in range(WITH_PEOPLE_PER_PERSON - 1):
        asked_for(owner)
    with pytest.raises(TooMany):
        handover_request(actor=owner, conversation_id=uuid.uuid4(), assistant="service")
    assert Conversation.objects.count() == WITH_PEOPLE_PER_PERSON
    handover_withdraw(actor=owner, conversation_id=first.pk)
    assert asked_for(owner).standing == "waiting"


def test_the_page_and_the_file_show_who_replied(cast, owner: Actor, lin: Actor) -> None:
    conversation = asked_for(owner)
    handover_take(actor=lin, conversation_id=conversation.pk)
    reply(lin, conversation)
    client = cast["owner"][1]
    page = f"/api/chat/conversations/{conversation.pk}/"
    data = client.get(page).json()  # what somebody signs in with is not for customers
    assert data["standing"] == {"state": "person", "name": None}
    User.objects.filter(pk=lin.user_id).update(first_name="Lin", last_name="Wei")
    data = client.get(page).json()
    assert data["standing"] == {"state": "person", "name": "Lin Wei"}
    assert (data["messages"][-1]["role"], data["messages"][-1]["name"]) == ("person", "Lin Wei")
    saved = client.get(f"/c/{conversation.pk}/download/", headers={"accept-language": "en"}).content.decode()
    assert "**A person:** Hello, this is Lin." in saved


def test_a_conversation_that_was_deleted_cannot_be_taken(owner: Actor, lin: Actor) -> None:
    conversation = asked_for(owner)
    conversation.delete()
    with pytest.raises(NotFound):
        handover_take(actor=lin, conversation_id=conversation.pk)


@pytest.mark.asyncio
async def test_customer_and_inbox_hear_of_each_other(cast, owner: Actor, runtime: FakeRuntime) -> None:
    conversation = await in_database(asked_for, owner)
    reviewer = cast["reviewer"][1]
    async with tab(cast["owner"][1]) as mine, tab(reviewer, path="/ws/inbox/") as inbox:
        await listening(tabs_key(owner), 1)
        await listening(INBOX, 1)
        ids = await mine.ask("It is urgent.", conversation=str(conversation.pk))
        accepted = await mine.hear()
        assert (accepted["message"], accepted["standing"]["state"]) == (ids["message"], "waiting")
        assert await inbox.hear_anything() == {"type": "changed"}
        await in_database(reviewer.post, f"/console/inbox/{conversation.pk}/take/")
        assert await mine.hear_anything() == {"type": "changed"}
        assert await inbox.hear_anything() == {"type": "changed"}
        said = {"message": str(uuid.uuid4()), "text": "Hello, this is Lin."}
        await in_database(reviewer.post, f"/console/inbox/{conversation.pk}/reply/", said)
        assert await mine.hear_anything() == {"type": "changed"}
    assert runtime.calls == []


@pytest.mark.asyncio
@pytest.mark.parametrize("outsider", ["owner", "visitor"])
async def test_customers_are_sent_away_from_the_inbox(cast, outsider: str) -> None:
    async with tab(cast[outsider][1], path="/ws/inbox/") as inbox:
        closed = await inbox.socket.receive_output(60)
        assert (closed["type"], closed["code"]) == ("websocket.close", 4403)


@pytest.mark.asyncio
async def test_an_open_inbox_closes_to_who_lacks_the_second_step_that_is_required_now(cast) -> None:
    boss = Client()
    admin = await in_database(User.objects.create_user, "boss", role=Role.ADMIN)
    await in_database(boss.force_login, admin)
    async with tab(cast["reviewer"][1], path="/ws/inbox/") as inbox:
        await listening(INBOX, 1)
        await in_database(boss.post, "/console/people/second-step/", {"required": "1"})
        told = await inbox.socket.receive_output(60)
        if told["type"] == "websocket.send":  # that something changed, unless the door is shut before it is told
            told = await inbox.socket.receive_output(60)
        assert (told["type"], told["code"]) == ("websocket.close", 4403)


@pytest.mark.asyncio
async def test_an_inbox_that_cannot_listen_closes_so_that_the_browser_connects_again(
    cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise OperationalError("the database was restarted")

    monkeypatch.setattr(inbox_socket, "socket_actor", away)
    async with tab(cast["reviewer"][1], path="/ws/inbox/") as inbox:
        closed = await inbox.socket.receive_output(60)
        assert (closed["type"], closed["code"]) == ("websocket.close", 1011)
