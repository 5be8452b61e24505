"""A tutor asks for a word of what it quoted, and says of the reply what the passage says."""

import pytest

from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Generation, Message, Outcome
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.knowledge.models import Collection, Passage

from ...fakes import ONE, FakeRuntime, send

INTRO = "Check yourself: what belongs in the gap?"
ANSWER = f"{ONE} [1]\n\n**{INTRO}**\n\n> Returns are free within ____ days."


@pytest.fixture(autouse=True)
def tutor(assistant: Assistant, runtime: FakeRuntime, shop: Collection) -> Assistant:
    assistant.texts = {"en": {"check": INTRO}}
    assistant.save()
    return assistant


async def said(owner: Actor, text: str, before: Generation | None = None) -> Generation:
    ids = {"conversation_id": before.conversation_id} if before else {}
    sent = await in_database(lambda: send(owner, text, **ids))
    await generation_run(sent.generation.pk)
    return await in_database(Generation.objects.select_related("answer").get, pk=sent.generation.pk)


@pytest.mark.asyncio
async def test_below_an_answer_a_quoted_sentence_stands_with_a_gap(owner: Actor) -> None:
    assert (await said(owner, "How long may I return it?")).answer.text == ANSWER


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("reply", "begins"),
    [("30", "That is right:"), ("14 days", "The text has something else there:"), ("no idea", "It says:")],
)
async def test_a_reply_is_judged_by_the_passage_with_its_source_and_without_the_model(
    owner: Actor, runtime: FakeRuntime, reply: str, begins: str
) -> None:
    asked = await said(owner, "How long may I return it?")
    calls = len(runtime.calls)
    judged = await said(owner, reply, asked)
    assert judged.answer.text == f"{begins}\n\n{ONE} [1]"
    (source,) = judged.answer.sources
    assert (source["excerpt"], source["passage"]) == (ONE, asked.answer.sources[0]["passage"])
    assert (judged.outcome, len(runtime.calls)) == (Outcome.SMALLTALK, calls)


@pytest.mark.asyncio
async def test_who_asks_something_else_is_answered_and_a_judged_reply_asks_nothing(
    owner: Actor, runtime: FakeRuntime
) -> None:
    asked = await said(owner, "How long may I return it?")
    other = await said(owner, "How long do returns take?", asked)
    assert other.outcome == Outcome.ANSWERED
    judged = await said(owner, "30", other)
    calls = len(runtime.calls)
    assert (await said(owner, "31", judged)).outcome == Outcome.ANSWERED and len(runtime.calls) == calls + 1


@pytest.mark.asyncio
async def test_a_passage_that_has_changed_judges_nothing(owner: Actor, runtime: FakeRuntime) -> None:
    asked = await said(owner, "How long may I return it?")
    await in_database(Passage.objects.update, text="Returns are free within 60 days.")
    calls = len(runtime.calls)
    await said(owner, "30", asked)
    assert len(runtime.calls) == calls + 1


@pytest.mark.asyncio
async def test_an_assistant_without_such_a_text_asks_nothing(owner: Actor, tutor: Assistant) -> None:
    await in_database(Assistant.objects.update, texts={"zh": {"check": "考考自己："}})
    answer = await said(owner, "How long may I return it?")
    assert answer.answer.text == f"{ONE} [1]" and await in_database(Message.objects.count) == 2


@pytest.mark.asyncio
async def test_a_reply_that_speaks_of_an_emergency_is_no_exercise(
    owner: Actor, tutor: Assistant, runtime: FakeRuntime
) -> None:
    await in_database(Assistant.objects.update, emergency="Call an ambulance.", emergency_words=["30"])
    asked = await said(owner, "How long may I return it?")
    calls = len(runtime.calls)
    answer = await said(owner, "30", asked)
    assert answer.answer.text.startswith("**Call an ambulance.**") and len(runtime.calls) == calls + 1
    assert "That is the word" not in answer.answer.text
