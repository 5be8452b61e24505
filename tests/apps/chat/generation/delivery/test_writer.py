"""The writer: words are told at once and written together, and the end only once it is committed."""

import asyncio

import pytest
from django.db import OperationalError

from apps.chat.generation.delivery.lease import Ending, generation_close
from apps.chat.generation.delivery.log import Line, lines_append
from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.delivery.writer import writer
from apps.chat.models import Assistant, Generation, GenerationEvent
from apps.core.db import in_database

from ...fakes import events, said
from .test_watch import end, follow, open_live, running

pytestmark = [pytest.mark.asyncio]


async def test_the_first_words_are_told_at_once_and_the_rest_is_gathered(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.writer.TICK_SECONDS", 30)
    lease = await in_database(running, assistant)
    live = open_live(lease)
    viewer = watch(lease.generation_id, 0)
    live.say({"kind": "status", "status": "searching"})
    await anext(viewer)
    live.say({"kind": "delta", "text": "First"})
    assert (await asyncio.wait_for(anext(viewer), 60))[1] == {"kind": "delta", "text": "First"}
    for _ in range(100):
        live.say({"kind": "delta", "text": "."})
        await asyncio.sleep(0)
    await end(live)
    log = await in_database(events, lease.generation_id)
    assert said(log) == "First" + "." * 100
    assert len(log) <= 5
    await viewer.aclose()


@pytest.mark.usefixtures("quick_writer")
async def test_many_generations_share_a_statement_and_one_lost_lease_hurts_no_other(assistant: Assistant) -> None:
    leases = [await in_database(running, assistant) for _ in range(3)]
    lost: list[str] = []
    lives = [writer().open(lease, on_stop=lambda: lost.append("lost")) for lease in leases]
    await in_database(Generation.objects.filter(pk=leases[1].generation_id).update, epoch=9)
    for live in lives:
        live.say({"kind": "delta", "text": "x"})
    kept = [live for live in lives if live is not lives[1]]
    for live in kept:
        await end(live)
    async with asyncio.timeout(60):
        while not lost:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    await end(lives[1])
    assert lost == ["lost"] and lives[1].lost
    assert [len(await in_database(events, live.lease.generation_id)) for live in kept] == [2, 2]
    assert not await in_database(GenerationEvent.objects.filter(generation_id=leases[1].generation_id).exists)


@pytest.mark.parametrize("unstored", [{"text": "\x00"}, {"text": "\ud800"}, {"texts": ["x", float("nan")]}])
async def test_what_no_database_stores_is_refused_before_it_is_in_the_way_of_other_answers(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, unstored: dict[str, object]
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.writer.WRITE_SECONDS", 0.05)
    lives = [open_live(await in_database(running, assistant)) for _ in range(2)]
    with pytest.raises(ValueError, match="database"):
        lives[0].say({"kind": "delta", **unstored})
    lives[1].say({"kind": "delta", "text": "x"})
    async with asyncio.timeout(60):
        while not lives[1].written_seq:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    for live in lives:
        await end(live)


async def test_the_end_is_told_only_once_it_is_committed(assistant: Assistant) -> None:
    lease = await in_database(running, assistant)
    live = open_live(lease)
    heard: list[str] = []

    async def follow_on() -> None:
        async for _seq, event in watch(lease.generation_id, 0):
            heard.append(event["kind"])

    viewer = asyncio.create_task(follow_on())
    live.say({"kind": "delta", "text": "x"})
    async with asyncio.timeout(60):
        while not heard:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert not await in_database(GenerationEvent.objects.exists), "told first"
    ending = Ending("done")
    at_commit: list[list[str]] = []

    def commit(lines: list[Line]) -> bool:
        at_commit.append(list(heard))
        return generation_close(lease, ending, live.folded(), lines)

    await writer().finish(live, ending.event(lease.answer_id), commit)
    await asyncio.wait_for(viewer, 60)
    assert (at_commit, heard) == ([["delta"]], ["delta", "end"])
    assert [event["kind"] for event in await in_database(events, lease.generation_id)] == heard


async def test_while_the_log_cannot_be_written_nothing_more_is_told(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.writer.TICK_SECONDS", 0.001)
    monkeypatch.setattr("apps.chat.generation.delivery.writer.WRITE_SECONDS", 0.05)
    monkeypatch.setattr("apps.chat.generation.delivery.writer.RETRY_SECONDS", ())
    lease = await in_database(running, assistant)
    away, tries = [True], []

    def append(*given):
        tries.append(given)
        if away:
            raise OperationalError("no database")
        return lines_append(*given)

    monkeypatch.setattr("apps.chat.generation.delivery.writer.lines_append", append)
    live = open_live(lease)
    viewer = asyncio.create_task(follow(lease))

    async def tried(times: int) -> None:
        while len(tries) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    async with asyncio.timeout(60):
        await tried(4)  # longer than words are told behind the last write
        for number in range(40):
            live.say({"kind": "source", "number": number})
        await tried(6)
        assert not live.told(), "all of it waits"
        away.clear()
        while not live.told() and not live.written_seq:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    await end(live)
    assert [event["kind"] for event in await asyncio.wait_for(viewer, 60)] == ["source"] * 40 + ["end"]


async def test_a_line_that_is_written_twice_is_there_once(assistant: Assistant) -> None:
    lease = await in_database(running, assistant)
    live = open_live(lease)
    live.say({"kind": "delta", "text": "x"})
    lines = live.tell()
    for _ in range(2):
        assert await in_database(lines_append, [lease], lines) == {lease.generation_id: None}
    await end(live)
    assert said(await in_database(events, lease.generation_id)) == "x"
