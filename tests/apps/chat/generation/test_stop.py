"""Stopping: what the person had seen is kept, the runtime is let go, and there is still one end."""

import asyncio
import uuid

import pytest

from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.runner import generation_run, stop_here
from apps.chat.models import Generation, GenerationEvent, Message
from apps.chat.services import conversation_delete, generation_stop
from apps.core.actor import Actor
from apps.core.db import in_database
from apps.core.errors import NotFound

from ..fakes import ONE, THREE, FakeRuntime, events, said, send

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("assistant")]


async def first_words(generation_id: uuid.UUID) -> None:
    async for _seq, event in watch(generation_id, 0):
        if event["kind"] == "delta":
            return


async def answer_text(generation_id: uuid.UUID) -> str:
    return (await in_database(Message.objects.get, generation=generation_id)).text


@pytest.mark.usefixtures("quick_writer")
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_the_text_that_was_seen_is_kept(owner: Actor, runtime: FakeRuntime, elsewhere: bool) -> None:
    runtime.pieces = ["[1] ", *ONE]
    runtime.paced = True
    sent = await in_database(send, owner)
    task = asyncio.create_task(generation_run(sent.generation.pk))
    for _ in range(22):
        runtime.step()
    await first_words(sent.generation.pk)
    await in_database(generation_stop, actor=owner, generation_id=sent.generation.pk, seen_chars=7)
    if not elsewhere:  # from another process only the row tells, at the next heartbeat
        stop_here(sent.generation.pk, 7)
    await asyncio.wait_for(task, 60)
    log = await in_database(events, sent.generation.pk)
    assert (log[-1]["status"], log[-1]["kept_chars"]) == ("stopped", 7)
    assert await answer_text(sent.generation.pk) == ONE[:7]
    assert runtime.closed and runtime.said < len(runtime.pieces)


async def test_sources_behind_the_cut_are_not_kept(owner: Actor, runtime: FakeRuntime) -> None:
    runtime.pieces, runtime.paced = [f"[1] {ONE}\n[3] {THREE}"], True
    sent = await in_database(send, owner)
    task = asyncio.create_task(generation_run(sent.generation.pk))
    runtime.step()
    await first_words(sent.generation.pk)
    stop_here(sent.generation.pk, len(f"{ONE} [1] Refunds"))
    await asyncio.wait_for(task, 60)
    log = await in_database(events, sent.generation.pk)
    answer = await in_database(Message.objects.get, generation=sent.generation.pk)
    assert [event["number"] for event in log if event["kind"] == "source"] == [1, 2]
    assert (answer.text, [source["number"] for source in answer.sources]) == (f"{ONE} [1] Refunds", [1])
    assert said(log)[: log[-1]["kept_chars"]] == answer.text


async def test_an_answer_that_has_not_begun_ends_at_once(owner: Actor, runtime: FakeRuntime) -> None:
    sent = await in_database(send, owner)
    await in_database(generation_stop, actor=owner, generation_id=sent.generation.pk, seen_chars=0)
    await generation_run(sent.generation.pk)
    assert [event["status"] for event in await in_database(events, sent.generation.pk)] == ["stopped"]
    assert not runtime.calls


async def test_stopping_what_has_ended_changes_nothing(owner: Actor, runtime: FakeRuntime) -> None:
    sent = await in_database(send, owner)
    await generation_run(sent.generation.pk)
    await in_database(generation_stop, actor=owner, generation_id=sent.generation.pk, seen_chars=3)
    assert (await in_database(Generation.objects.get)).status == "done"
    assert await answer_text(sent.generation.pk) == f"{ONE} [1]"


async def test_a_stop_at_any_moment_leaves_one_end(owner: Actor, runtime: FakeRuntime) -> None:
    runtime.pieces = ["[1] ", ONE]
    for moment in range(12):
        sent = await in_database(send, owner)
        task = asyncio.create_task(generation_run(sent.generation.pk))
        await asyncio.sleep(moment * 0.004)
        await in_database(generation_stop, actor=owner, generation_id=sent.generation.pk, seen_chars=5)
        stop_here(sent.generation.pk, 5)
        await asyncio.wait_for(task, 60)
        end = (await in_database(events, sent.generation.pk))[-1]
        assert end["status"] in {"stopped", "done"}
        text = await answer_text(sent.generation.pk)
        assert text == f"{ONE} [1]" if end["status"] == "done" else ONE.startswith(text)


async def test_a_deletion_at_any_moment_leaves_nothing(owner: Actor, runtime: FakeRuntime, monkeypatch) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.writer.TICK_SECONDS", 0.001)
    monkeypatch.setattr("apps.chat.generation.delivery.writer.WRITE_SECONDS", 0.05)
    runtime.pieces = ["[1] ", *ONE]
    for moment in range(12):
        sent = await in_database(send, owner)
        task = asyncio.create_task(generation_run(sent.generation.pk))
        await asyncio.sleep(moment * 0.004)
        await in_database(conversation_delete, actor=owner, conversation_id=sent.conversation.pk)
        await asyncio.wait_for(task, 60)
        assert not await in_database(GenerationEvent.objects.exists)


@pytest.mark.parametrize("outsider", ["stranger", "visitor", "passer_by", "reviewer"])
async def test_nobody_stops_an_answer_of_somebody_else(cast, outsider: str) -> None:
    sent = await in_database(send, cast["owner"][0])
    with pytest.raises(NotFound):
        await in_database(generation_stop, actor=cast[outsider][0], generation_id=sent.generation.pk, seen_chars=0)
