"""What is likely asked next is answered ahead, where the operator wants that."""

import uuid

import pytest
from django.conf import LazySettings

from apps.chat.generation.ahead import answers_ahead, likely_next
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, CachedAnswer, Generation
from apps.core.actor import Actor
from apps.core.db import in_database

from ..fakes import FakeRuntime, FakeSearch, send
from .test_answer_cache import embedded  # noqa: F401  (a fixture)

FIRST, NEXT = "How do I return a lamp?", "Where is the shop in Suzhou?"


def conversation(actor: Actor, *texts: str) -> None:
    ids = uuid.uuid4()
    for text in texts:
        sent = send(actor, text, conversation_id=ids)
        Generation.objects.filter(pk=sent.generation.pk).update(status="done")


@pytest.fixture
def history(assistant: Assistant, owner: Actor) -> Assistant:
    """Two people went on with the shop's place, one with gift wrap, two with what hangs on the question before."""
    conversation(owner, FIRST, NEXT)
    conversation(owner, "How can I return my lamp?", "where is your shop in suzhou")
    conversation(owner, FIRST, "Which gift wrap do you offer?")
    conversation(owner, FIRST, "What does it cost?")
    conversation(owner, FIRST, "What does it cost?")
    assistant.starters = ["When is shipping free in China?", FIRST]
    assistant.save()
    return assistant


def test_likely_is_what_followed_often_then_the_starters(history: Assistant) -> None:
    likely = likely_next(history, FIRST, 5)
    assert likely[0].casefold().startswith("where") and likely[1:] == ["When is shipping free in China?"]
    assert likely_next(history, FIRST, 1) == likely[:1]
    assert likely_next(history, "怎么退货？", 5) == []


@pytest.mark.asyncio
@pytest.mark.usefixtures("shop", "embedded")
async def test_the_answer_is_there_before_the_question(
    history: Assistant, owner: Actor, runtime: FakeRuntime, search: FakeSearch, settings: LazySettings
) -> None:
    settings.CHAT_AHEAD = 2
    assert await answers_ahead(history.pk, FIRST) == 2
    assert await answers_ahead(history.pk, FIRST) == 0  # known by now
    calls = len(runtime.calls)
    sent = await in_database(send, owner, "when is shipping free in china")
    await generation_run(sent.generation.pk)
    made = await in_database(Generation.objects.get, pk=sent.generation.pk)
    assert (made.retrieval["cache"], len(runtime.calls)) == ("exact", calls)
    rows = await in_database(lambda: list(CachedAnswer.objects.values_list("generation", "hits")))
    assert sorted(rows, key=str) == [(None, 0), (None, 1)]


@pytest.mark.asyncio
@pytest.mark.usefixtures("shop", "embedded")
async def test_an_answer_that_is_none_is_not_kept(
    history: Assistant, runtime: FakeRuntime, search: FakeSearch, settings: LazySettings
) -> None:
    settings.CHAT_AHEAD = 1
    search.confidence = 0.1
    runtime.pieces = ["[no]", " ", "I found no answer to this in the documents. "]
    assert await answers_ahead(history.pk, FIRST) == 0
    assert not await in_database(CachedAnswer.objects.exists)


@pytest.mark.asyncio
@pytest.mark.usefixtures("shop", "embedded")
@pytest.mark.parametrize("ahead", [0, 1])
async def test_nothing_is_answered_ahead_unless_asked_for(
    history: Assistant,
    owner: Actor,
    runtime: FakeRuntime,
    search: FakeSearch,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    ahead: int,
) -> None:
    settings.CHAT_AHEAD = ahead
    queued: list[str] = []
    monkeypatch.setattr("apps.chat.generation.runner.ahead_defer", lambda _id, text: queued.append(text))
    sent = await in_database(send, owner, "How long does a refund take?")
    await generation_run(sent.generation.pk)
    assert queued == ["How long does a refund take?"] * ahead
