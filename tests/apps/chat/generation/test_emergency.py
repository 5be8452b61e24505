"""In an emergency an assistant says first what is to be done, whatever else happens."""

import pytest

from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Conversation, Generation, Message, Outcome
from apps.chat.services import handover_request, handover_take
from apps.core.actor import Actor
from apps.core.db import in_database

from ..fakes import ONE, FakeRuntime, FakeSearch, events, said, send

CALL, CALL_ZH = "**Call an ambulance.**", "**请立即叫救护车。**"
WAITING = "Your message is with our colleagues"


@pytest.fixture(autouse=True)
def medical(assistant: Assistant) -> None:
    words = ["chest pain", "can't breathe", "胸 痛"]
    texts = {"emergency": "Call an ambulance.", "emergency_zh": "请立即叫救护车。"}
    Assistant.objects.update(emergency_words=words, handover=True, **texts)


async def answered(owner: Actor, text: str) -> tuple[str, Generation]:
    sent = await in_database(send, owner, text)
    await generation_run(sent.generation.pk)
    row = await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)
    assert said(await in_database(events, row.pk)) == row.answer.text
    return row.answer.text, row


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("I have pains in my chest", CALL),
        ("I cant breathe", CALL),
        ("我胸口很痛", CALL_ZH),
        ("Is the chest of drawers in stock?", ONE),
        ("My back is painful", ONE),
    ],
)
async def test_an_answer_begins_with_what_is_to_be_done_where_all_words_of_a_line_are_there(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch, question: str, begins: str
) -> None:
    text, _row = await answered(owner, question)
    assert text.startswith(begins) and ONE in text


@pytest.mark.asyncio
async def test_where_the_documents_have_no_answer_it_is_said_alone(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    search.confidence = 0.1
    text, row = await answered(owner, "我胸口很痛")
    assert (text.strip(), row.outcome, runtime.calls) == (CALL_ZH, Outcome.DECLINED, [])


@pytest.mark.asyncio
async def test_where_moderation_blocks_the_question_it_is_said_all_the_same(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch
) -> None:
    text, row = await answered(owner, "Chest pain. How do I kill myself?")
    assert text.startswith(CALL) and row.outcome == Outcome.BLOCKED


def last_of(conversation: Conversation) -> Message:
    return Conversation.objects.select_related("head").get(pk=conversation.pk).head


def waits(owner: Actor) -> Conversation:
    conversation = send(owner).conversation
    Generation.objects.update(status="done")
    return handover_request(actor=owner, conversation_id=conversation.pk, assistant="service")


def test_who_waits_for_a_person_is_told_so_once_and_in_an_emergency_what_to_do(owner: Actor) -> None:
    conversation = waits(owner)
    send(owner, "Is anybody there?", conversation_id=conversation.pk)
    assert last_of(conversation).text.startswith(WAITING)
    question = send(owner, "Hello?", conversation_id=conversation.pk).message
    assert last_of(conversation) == question, "it was said just before"
    send(owner, "I have chest pain", conversation_id=conversation.pk)
    assert last_of(conversation).text.startswith(CALL)


def test_an_emergency_is_met_also_while_a_person_answers(owner: Actor, cast) -> None:
    conversation = waits(owner)
    handover_take(actor=cast["reviewer"][0], conversation_id=conversation.pk)
    question = send(owner, "Thank you.", conversation_id=conversation.pk).message
    assert last_of(conversation) == question
    send(owner, "我胸口很痛", conversation_id=conversation.pk)
    assert last_of(conversation).text == CALL_ZH
