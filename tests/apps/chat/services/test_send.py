"""Sending a question: bounds, repeats, races, and conversations of others."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from apps.audit.models import AuditEvent
from apps.chat.models import Assistant, Conversation, Generation, Message
from apps.core.actor import Actor
from apps.core.errors import ApplicationError, BadInput, Conflict, NotFound

from ..fakes import send

pytestmark = pytest.mark.usefixtures("assistant")


def test_question_answer_and_generation_are_made_together(owner: Actor) -> None:
    started: list = []
    sent = send(owner, "  How long\r\nmay I return it?  ", started=started)
    assert [(m.role, m.text, m.position) for m in Message.objects.all()] == [
        ("user", "How long\nmay I return it?", 1),
        ("assistant", "", 2),
    ]
    assert started == [sent.generation.pk]
    assert sent.conversation.title == "How long may I return it?"
    assert (sent.conversation.owner_id, sent.conversation.visitor_id) == (owner.user_id, None)


def test_the_audit_log_knows_of_the_question_but_not_its_words(owner: Actor) -> None:
    send(owner, "My secret question")
    event = AuditEvent.objects.get(action="message.sent")
    assert event.data["characters"] == 18
    assert "secret" not in str(event.data)


def test_what_cannot_be_started_is_not_stored(owner: Actor) -> None:
    def fail(_generation_id: uuid.UUID) -> None:
        raise RuntimeError

    from apps.chat.services import message_send

    ids = {name: uuid.uuid4() for name in ("message_id", "generation_id", "conversation_id")}
    with pytest.raises(RuntimeError):
        message_send(actor=owner, assistant="service", text="?", start=fail, **ids)
    assert not Message.objects.exists() and not Conversation.objects.exists()


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "13800138000", "lin@example.com", "4111 **1111** 1111 1111"]
)
def test_a_conversation_is_not_named_by_personal_data_in_its_question(owner: Actor, number: str) -> None:
    sent = send(owner, f"My number is {number}, is it here?")
    assert sent.conversation.title == "My number is ••••••••, is it here?"
    assert number in sent.message.text


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "x" * 4001, "a\x00b", "half \ud83d"])
def test_a_text_that_cannot_be_asked_is_refused(owner: Actor, text: str) -> None:
    with pytest.raises(BadInput):
        send(owner, text)
    assert not Conversation.objects.exists()


def test_four_thousand_characters_are_possible(owner: Actor) -> None:
    assert send(owner, "字" * 4000).message.language == "zh"


def test_a_repeat_changes_nothing(owner: Actor) -> None:
    started: list = []
    ids = {name: uuid.uuid4() for name in ("message_id", "generation_id", "conversation_id")}
    first, second = (send(owner, started=started, **ids) for _ in range(2))
    assert (first.repeated, second.repeated) == (False, True)
    assert (Message.objects.count(), Generation.objects.count(), len(started)) == (2, 1, 1)


def test_tabs_that_send_the_same_at_once_make_one_message(owner: Actor) -> None:
    ids = {name: uuid.uuid4() for name in ("message_id", "generation_id", "conversation_id")}
    sent = at_once([lambda: send(owner, **ids)] * 4)
    assert [result.generation.pk for result in sent] == [ids["generation_id"]] * 4
    assert Message.objects.count() == 2


def test_tabs_that_send_different_questions_at_once_get_one_answer(owner: Actor) -> None:
    conversation = send(owner).conversation
    Generation.objects.update(status="done")
    results = at_once([lambda: send(owner, conversation_id=conversation.pk)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 3 + ["Sent"]


def test_a_second_question_waits_for_the_first_answer(owner: Actor) -> None:
    conversation = send(owner).conversation
    with pytest.raises(Conflict):
        send(owner, conversation_id=conversation.pk)
    Generation.objects.update(status="stopped")
    send(owner, conversation_id=conversation.pk)
    assert list(Message.objects.values_list("position", flat=True)) == [1, 2, 3, 4]


@pytest.mark.parametrize("outsider", ["stranger", "visitor", "passer_by", "reviewer"])
def test_a_conversation_of_somebody_else_is_not_found(cast, outsider: str) -> None:
    sent = send(cast["owner"][0])
    for message_id in (uuid.uuid4(), sent.message.pk):
        with pytest.raises(NotFound):
            send(cast[outsider][0], message_id=message_id, conversation_id=sent.conversation.pk)
    assert Message.objects.count() == 2


def test_ids_of_rows_of_others_are_not_taken_over(cast) -> None:
    theirs = send(cast["owner"][0])
    with pytest.raises(NotFound):
        send(cast["stranger"][0], message_id=theirs.message.pk)
    with pytest.raises(NotFound):
        send(cast["stranger"][0], generation_id=theirs.generation.pk)
    assert Conversation.objects.count() == 1


def test_an_assistant_that_is_switched_off_takes_no_new_conversation(owner: Actor) -> None:
    Assistant.objects.update(enabled=False)
    with pytest.raises(NotFound):
        send(owner)


def at_once(calls: list) -> list:
    """The results, or errors, of calls in threads of their own."""

    def one(call) -> object:
        try:
            return call()
        except ApplicationError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("**Which** lamp?\n\n```\nE1\n```", "Which lamp?"),
        ("```\nls\n```", "ls"),
        ("---", "---"),
        ("What is 5*3*2?", "What is 5*3*2?"),
        ("Does __init__ run?", "Does __init__ run?"),
        ("1986. Really?", "1986. Really?"),
    ],
)
def test_a_conversation_is_named_by_words_without_marks_of_markdown(owner: Actor, asked: str, title: str) -> None:
    assert send(owner, asked).conversation.title == title


def test_a_conversation_that_began_with_a_greeting_is_named_by_the_first_question(owner: Actor) -> None:
    conversation = send(owner, "Hi").conversation
    for asked, title in [
        ("Thanks!", "Hi"),
        ("Can lamps be dimmed?", "Can lamps be dimmed?"),
        ("And fans?", "Can lamps be dimmed?"),
    ]:
        Generation.objects.update(status="done")
        send(owner, asked, conversation_id=conversation.pk)
        conversation.refresh_from_db()
        assert conversation.title == title
