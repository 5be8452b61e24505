"""A writer that died is noticed: its answer is begun again, or ended where something was said."""

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.chat.generation.delivery.lease import Ending, generation_close, lease_seize
from apps.chat.generation.delivery.log import NUMBERS, Lease, Line
from apps.chat.generation.fold import Folded, kept_event
from apps.chat.generation.runner import generation_run
from apps.chat.models import Assistant, Conversation, Generation, GenerationEvent, Message
from apps.chat.services import generations_recover
from apps.core.actor import Actor
from apps.core.db import in_database

from ...fakes import ONE, FakeRuntime, events, generation_in_conversation, said, send

pytestmark = pytest.mark.asyncio
LONG_AGO = timezone.now() - timedelta(minutes=5)


def orphan(assistant: Assistant, *log: dict, **columns) -> Generation:
    """A generation whose process is gone."""
    conversation = Conversation.objects.create(assistant=assistant, title="?", language="en")
    generation = generation_in_conversation(conversation, **{"heartbeat_at": LONG_AGO, **columns})
    for seq, event in enumerate(log, 1):
        GenerationEvent.objects.create(generation=generation, seq=seq, event=event)
    return generation


async def after_recovery(make, *args, **columns) -> Generation:
    generation = await in_database(make, *args, **columns)
    await generations_recover()
    return await in_database(Generation.objects.select_related("answer").get, pk=generation.pk)


DELTA = {"kind": "delta", "text": "Returns are"}


async def test_an_answer_that_broke_off_goes_on_behind_what_the_reader_has(
    assistant: Assistant, runtime: FakeRuntime
) -> None:
    source = {"kind": "source", "number": 1, "passage": "p", "title": "Returns", "heading": "", "excerpt": ONE}
    said_before = [{"kind": "status", "status": "answering"}, source, DELTA]
    generation = await after_recovery(orphan, assistant, *said_before)
    assert generation.status == "queued"
    await generation_run(generation.pk)
    log = await in_database(events, generation.pk)
    told = {name: value for name, value in source.items() if name != "kind"}
    assert log[:3] == said_before and said(log) == f"{ONE} [1]"
    assert log[3] == {"kind": "kept", "text": "Returns are", "sources": [told], "notes": []}
    # the source was told, and no "searching" over half an answer
    assert [event["kind"] for event in log[4:-1]] == ["delta"]
    await in_database(generation.refresh_from_db)
    assert (generation.status, log[-1]["status"]) == ("done", "done")
    assert (await in_database(Message.objects.get, generation=generation.pk)).text == said(log)


@pytest.mark.parametrize("begun", ["Something else", f"{ONE} [1] And more that nobody says now"])
async def test_an_answer_that_would_go_on_otherwise_is_interrupted_and_its_text_kept(
    assistant: Assistant, runtime: FakeRuntime, begun: str
) -> None:
    generation = await after_recovery(orphan, assistant, {"kind": "delta", "text": begun})
    await generation_run(generation.pk)
    log = await in_database(events, generation.pk)
    assert (log[-1]["status"], log[-1]["code"], said(log)) == ("interrupted", "lost", begun)
    assert (await in_database(Message.objects.get, generation=generation.pk)).text == begun


async def test_a_try_behind_one_that_wrote_nothing_is_no_answer_that_somebody_continued(
    assistant: Assistant, runtime: FakeRuntime
) -> None:
    stands = kept_event(Folded(text="Something else"))
    generation = await in_database(orphan, assistant, epoch=2)
    await in_database(GenerationEvent.objects.create, generation=generation, seq=NUMBERS + 1, event=stands)
    await generations_recover()
    await generation_run(generation.pk)
    log = await in_database(events, generation.pk)
    assert (log[-1]["status"], log[-1]["code"]) == ("interrupted", "lost")
    assert log[:2] == [stands, stands]  # one of each try


async def test_an_answer_that_said_nothing_yet_is_begun_again_once(
    assistant: Assistant, runtime: FakeRuntime
) -> None:
    generation = await after_recovery(orphan, assistant, {"kind": "status", "status": "searching"})
    assert generation.status == "queued"
    assert await in_database(ProcrastinateJob.objects.filter(queue_name="generations").count) == 1
    await generation_run(generation.pk)
    log = await in_database(events, generation.pk)
    assert said(log) == f"{ONE} [1]"
    assert [event["kind"] for event in log].count("status") == 4  # one of the first try, three of the second


async def test_the_third_loss_ends_it_with_its_text_kept(assistant: Assistant) -> None:
    generation = await after_recovery(orphan, assistant, {"kind": "status", "status": "searching"}, DELTA, epoch=3)
    assert (generation.status, generation.answer.text) == ("interrupted", "Returns are")
    log = await in_database(events, generation.pk)
    assert (log[-1]["status"], log[-1]["code"]) == ("interrupted", "lost")


async def test_a_stop_that_the_dead_writer_did_not_see_is_done_for_it(assistant: Assistant) -> None:
    generation = await after_recovery(orphan, assistant, DELTA, stop_chars=3)
    assert (generation.status, generation.answer.text) == ("stopped", "Ret")


async def test_a_writer_that_lives_is_left_alone(assistant: Assistant) -> None:
    generation = await after_recovery(orphan, assistant, DELTA, heartbeat_at=timezone.now())
    assert generation.status == "running"


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_jumps_takes_no_answer_from_its_writer_and_leaves_none_to_the_dead(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    lives = await in_database(orphan, assistant, DELTA, heartbeat_at=timezone.now())
    dead = await in_database(orphan, assistant, DELTA)
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=days))
    await generations_recover()
    for generation, status in ((lives, "running"), (dead, "queued")):
        await in_database(generation.refresh_from_db)
        assert generation.status == status


async def test_a_question_whose_job_got_lost_is_queued_again(assistant: Assistant, owner: Actor) -> None:
    await in_database(send, owner)
    await in_database(Generation.objects.update, updated_at=LONG_AGO)
    for _ in range(2):
        await generations_recover()
    assert await in_database(ProcrastinateJob.objects.filter(queue_name="generations").count) == 1


@pytest.mark.usefixtures("quick_writer")
async def test_a_writer_that_was_thought_dead_is_fenced_off(
    assistant: Assistant, owner: Actor, runtime: FakeRuntime
) -> None:
    runtime.pieces, runtime.paced = ["[1] ", *ONE], True
    sent = await in_database(send, owner)
    task = asyncio.create_task(generation_run(sent.generation.pk))
    await runtime.asked.wait()
    await in_database(lease_seize, sent.generation.pk)
    before = await in_database(GenerationEvent.objects.count)
    for _ in range(5):
        runtime.step()
    await asyncio.wait_for(task, 60)
    assert runtime.closed
    assert await in_database(GenerationEvent.objects.count) == before
    assert (await in_database(Generation.objects.get)).status == "running"  # the new holder's to end


async def test_nobody_ends_an_answer_under_an_old_lease(assistant: Assistant) -> None:
    generation = await in_database(orphan, assistant, DELTA)
    old = Lease(generation.pk, generation.answer_id, generation.epoch, 2)
    new = await in_database(lease_seize, generation.pk)

    def close(lease: Lease) -> bool:
        ending = Ending("done")
        end = Line(lease, lease.next_seq, ending.event(lease.answer_id))
        return generation_close(lease, ending, Folded(text="x"), [end])

    assert [await in_database(close, lease) for lease in (old, new, new)] == [False, True, False]
    assert await in_database(GenerationEvent.objects.filter(generation=generation).count) == 2
