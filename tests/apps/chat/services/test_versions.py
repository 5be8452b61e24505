"""Questions in other words and answers anew: versions beside each other, of which one path is shown."""

import uuid

import pytest

from apps.chat.generation.brief import brief_for, with_earlier
from apps.chat.models import Assistant, Conversation, Generation, Message
from apps.chat.services import message_again
from apps.core.errors import Conflict, NotFound

from ..fakes import send

pytestmark = pytest.mark.usefixtures("assistant")


def done(sent, answer: str = ""):
    Generation.objects.filter(pk=sent.generation.pk).update(status="done")
    Message.objects.filter(pk=sent.generation.answer_id).update(text=answer)
    return sent


def again(actor, sent, generation_id: uuid.UUID | None = None):
    return message_again(
        actor=actor,
        question_id=sent.message.pk,
        generation_id=generation_id or uuid.uuid4(),
        conversation_id=sent.conversation.pk,
        start=lambda _id: None,
    )


def shown(client, sent) -> list[tuple[str, str]]:
    """What the page shows: each message's text, and "2/3" where it is the second of three versions."""
    page = client.get(f"/api/chat/conversations/{sent.conversation.pk}/").json()
    return [
        (m["text"], f"{m['version'] + 1}/{len(m['versions'])}" if "versions" in m else "") for m in page["messages"]
    ]


def test_an_answer_made_anew_stands_beside_the_one_before(cast) -> None:
    actor, client = cast["owner"]
    first = done(send(actor, "Q"), "A1")
    done(again(actor, first), "A2")
    assert shown(client, first) == [("Q", ""), ("A2", "2/2")]
    older = client.get(f"/api/chat/conversations/{first.conversation.pk}/").json()["messages"][1]["versions"][0]
    address = f"/api/chat/conversations/{first.conversation.pk}/shown/"
    assert client.put(address, {"message": older}, "application/json").json()["messages"][1]["text"] == "A1"
    assert shown(client, first) == [("Q", ""), ("A1", "1/2")]


def test_an_edited_question_keeps_what_followed_the_first_wording(cast) -> None:
    actor, client = cast["visitor"]
    first = done(send(actor, "Q1"), "A1")
    conversation = first.conversation.pk
    second = done(send(actor, "Q2", conversation_id=conversation), "A2")
    done(send(actor, "Q1 better", conversation_id=conversation, edits=first.message.pk), "B1")
    assert shown(client, first) == [("Q1 better", "2/2"), ("B1", "")]
    address = f"/api/chat/conversations/{conversation}/shown/"
    client.put(address, {"message": str(first.message.pk)}, "application/json")
    assert shown(client, second) == [("Q1", "1/2"), ("A1", ""), ("Q2", ""), ("A2", "")]
    done(send(actor, "Q3", conversation_id=conversation), "A3")
    assert [text for text, _ in shown(client, first)] == ["Q1", "A1", "Q2", "A2", "Q3", "A3"]


def test_asking_again_twice_by_accident_makes_one_answer(cast) -> None:
    actor, _client = cast["owner"]
    first = done(send(actor, "Q"), "A1")
    generation = uuid.uuid4()
    one, two = again(actor, first, generation), again(actor, first, generation)
    assert (one.repeated, two.repeated) == (False, True)
    assert Generation.objects.count() == 2
    with pytest.raises(Conflict):
        again(actor, first)


def test_the_shown_version_stays_while_an_answer_is_written(cast) -> None:
    actor, client = cast["owner"]
    first = done(send(actor, "Q"), "A1")
    again(actor, first)
    address = f"/api/chat/conversations/{first.conversation.pk}/shown/"
    answer = client.put(address, {"message": str(first.generation.answer_id)}, "application/json")
    assert answer.status_code == 409


@pytest.mark.parametrize("outsider", ["stranger", "passer_by", "reviewer"])
def test_nobody_edits_repeats_or_switches_in_the_conversation_of_another(cast, outsider: str) -> None:
    first = done(send(cast["owner"][0], "Q"), "A1")
    actor, client = cast[outsider]
    with pytest.raises(NotFound):
        again(actor, first)
    with pytest.raises(NotFound):
        send(actor, conversation_id=first.conversation.pk, edits=first.message.pk)
    address = f"/api/chat/conversations/{first.conversation.pk}/shown/"
    body = {"message": str(first.message.pk)}
    assert client.put(address, body, "application/json").status_code == 404


def test_a_message_of_another_conversation_is_neither_edited_nor_shown_here(cast) -> None:
    actor, client = cast["owner"]
    first, other = done(send(actor, "Q")), done(send(actor, "Other"))
    with pytest.raises(NotFound):
        send(actor, conversation_id=first.conversation.pk, edits=other.message.pk)
    address = f"/api/chat/conversations/{first.conversation.pk}/shown/"
    assert client.put(address, {"message": str(other.message.pk)}, "application/json").status_code == 404
    assert client.put(address, {"message": "nonsense"}, "application/json").status_code == 400


def test_a_model_reads_only_the_path_that_leads_to_the_question(cast) -> None:
    actor, _client = cast["owner"]
    Assistant.objects.update(verbatim=False)
    first = done(send(actor, "Q1"), "A1")
    conversation = first.conversation.pk
    done(send(actor, "Q2", conversation_id=conversation), "A2")
    done(send(actor, "Q1 better", conversation_id=conversation, edits=first.message.pk), "B1")
    last = send(actor, "Q3", conversation_id=conversation)
    brief = with_earlier(brief_for(Assistant.objects.get(), "Q3"), last.message)
    assert [turn["content"] for turn in brief.history] == ["Q1 better", "B1"]


def test_a_long_conversation_comes_in_pages_that_fit_together(cast) -> None:
    actor, client = cast["owner"]
    conversation = done(send(actor, "0"), "1").conversation
    last = conversation.head
    for number in range(2, 140):
        role = ("user", "assistant")[number % 2]
        last = Message.objects.create(
            conversation=conversation, parent=last, position=number + 1, role=role, text=str(number), language="en"
        )
    Conversation.objects.update(head=last)
    address = f"/api/chat/conversations/{conversation.pk}/"
    texts, before = [], ""
    while True:
        page = client.get(address, {"before": before} if before else {}).json()
        texts = [message["text"] for message in page["messages"]] + texts
        if not page["earlier"]:
            break
        before = page["messages"][0]["id"]
    assert texts == [str(number) for number in range(140)]
