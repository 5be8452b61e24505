"""Viewers: bounded, resynced from the log when slow, and served when another process writes."""

import asyncio
import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest
from channels.layers import InMemoryChannelLayer, get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.db import transaction

from apps.chat.generation.delivery import lookout, pokes
from apps.chat.generation.delivery.hub import BOUND, Subscription, hub
from apps.chat.generation.delivery.lease import Ending, generation_close
from apps.chat.generation.delivery.log import Lease, lines_after
from apps.chat.generation.delivery.pokes import pokes_follow, tell_others
from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.delivery.writer import writer
from apps.chat.models import Assistant, Conversation, Generation, GenerationEvent
from apps.core.db import in_database
from apps.core.errors import NotFound

from ...fakes import events, generation_in_conversation

pytestmark = [pytest.mark.asyncio]


def running(assistant: Assistant) -> Lease:
    conversation = Conversation.objects.create(assistant=assistant, title="?", language="en")
    generation = generation_in_conversation(conversation)
    return Lease(generation.pk, generation.answer_id, generation.epoch)


@transaction.atomic
def ended_elsewhere(lease: Lease) -> None:
    for seq, event in enumerate(({"kind": "delta", "text": "a"}, {"kind": "end"}), 1):
        GenerationEvent.objects.create(generation_id=lease.generation_id, seq=seq, event=event)
    Generation.objects.filter(pk=lease.generation_id).update(status="done")


async def follow(lease: Lease, *, after: int = 0, go_on: asyncio.Event | None = None) -> list[dict]:
    """All that is told; who is given an event reads no further than the first until it is set."""
    seen = []
    expected = after
    async for seq, event in watch(lease.generation_id, after):
        expected += 1
        assert seq == expected
        seen.append(event)
        if go_on:
            await go_on.wait()
    return seen


async def end(live, status: str = "done") -> None:
    ending = Ending(status)
    event = ending.event(live.lease.answer_id)
    await writer().finish(live, event, lambda lines: generation_close(live.lease, ending, live.folded(), lines))


def open_live(lease: Lease):
    return writer().open(lease, on_stop=lambda: None)


async def test_a_full_subscription_is_emptied_rather_than_grown() -> None:
    subscription = Subscription()
    for seq in range(1, BOUND * 3):
        subscription.put([(seq, {"kind": "delta", "text": "x"})])
    assert len(subscription.take()) <= BOUND


@pytest.mark.parametrize("write_seconds", [0.01, 30])
async def test_a_slow_reader_gets_everything_and_delays_nobody(
    assistant: Assistant, monkeypatch, write_seconds: float
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.hub.BOUND", 5)
    monkeypatch.setattr("apps.chat.generation.delivery.writer.TICK_SECONDS", 0.001)
    monkeypatch.setattr("apps.chat.generation.delivery.writer.WRITE_SECONDS", write_seconds)
    lease = await in_database(running, assistant)
    live = open_live(lease)
    go_on = asyncio.Event()
    slow = asyncio.create_task(follow(lease, go_on=go_on))
    quick = asyncio.create_task(follow(lease))
    for number in range(40):
        live.say({"kind": "source", "number": number})
        live.say({"kind": "delta", "text": f"{number} "})
        await asyncio.sleep(0.002)
    await end(live)
    log = await in_database(events, lease.generation_id)
    assert await asyncio.wait_for(quick, 60) == log
    assert not slow.done()
    go_on.set()
    assert await asyncio.wait_for(slow, 60) == log
    assert lease.generation_id not in hub._viewers


async def test_what_another_process_writes_is_found_in_the_log(assistant: Assistant, monkeypatch) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.lookout.LOOK_SECONDS", 0.02)
    lease = await in_database(running, assistant)
    viewer = asyncio.create_task(follow(lease))
    await asyncio.sleep(0.05)

    await in_database(ended_elsewhere, lease)
    assert [event["kind"] for event in await asyncio.wait_for(viewer, 60)] == ["delta", "end"]


async def test_many_who_wait_for_an_answer_cost_one_look_together(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookout, "LOOK_SECONDS", 0.01)
    read, looked = [], []
    monkeypatch.setattr(
        "apps.chat.generation.delivery.watch.lines_after", lambda *given: read.append(1) or lines_after(*given)
    )
    monkeypatch.setattr(lookout, "_living", lambda ids, living=lookout._living: looked.append(ids) or living(ids))
    leases = [await in_database(running, assistant) for _ in range(2)]
    viewers = [asyncio.create_task(follow(lease)) for lease in leases for _ in range(10)]
    async with asyncio.timeout(60):
        while len(looked) < 10:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert len(read) == len(viewers), "who has all that there is reads nothing"
    assert sorted(looked[-1]) == sorted(lease.generation_id for lease in leases)
    for lease in leases:
        await in_database(ended_elsewhere, lease)
    heard = await asyncio.wait_for(asyncio.gather(*viewers), 60)
    assert {tuple(event["kind"] for event in one) for one in heard} == {("delta", "end")}
    assert len(read) == 2 * len(viewers)


async def test_a_viewer_in_another_process_is_told_the_lines_themselves(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.REDIS_URL = "redis://elsewhere"  # the layer in memory stands for it
    monkeypatch.setattr(pokes, "_paused_until", 0.0)  # an earlier test may have lost its Redis
    monkeypatch.setattr("apps.chat.generation.delivery.lookout.LOOK_SECONDS", 30)
    lease = await in_database(running, assistant)
    layer = get_channel_layer()
    pokes_follow()
    while not layer.groups:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    channel = await layer.new_channel()
    await layer.group_add(pokes.GROUP, channel)
    viewer = asyncio.create_task(follow(lease))
    while lease.generation_id not in hub._viewers:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    live = open_live(lease)
    with monkeypatch.context() as apart:
        apart.setattr(hub, "publish", lambda *_: None)  # as if the viewer were in another process
        apart.setattr("apps.chat.generation.delivery.watch.lines_after", None)  # it reads no log
        live.say({"kind": "delta", "text": "x"})
        first = await asyncio.wait_for(layer.receive(channel), 60)
        await end(live)
        last = await asyncio.wait_for(layer.receive(channel), 60)
        assert not viewer.done()  # a process does not listen to itself
    for message in (first, last):
        await layer.group_send(pokes.GROUP, message | {"process": "another"})
    assert [event["kind"] for event in await asyncio.wait_for(viewer, 60)] == ["delta", "end"]


@pytest.fixture
def silent_port() -> Iterator[int]:
    with socket.socket() as bound:  # and does not listen; nor can anybody else meanwhile
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


async def test_without_redis_pokes_fail_quietly_and_come_back(
    monkeypatch: pytest.MonkeyPatch, settings, silent_port: int
) -> None:
    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr(pokes, "PAUSE_SECONDS", 0.01)
    away = RedisPubSubChannelLayer(hosts=[f"redis://127.0.0.1:{silent_port}"])
    monkeypatch.setattr(pokes, "get_channel_layer", lambda: away)
    pokes_follow()
    await tell_others([(uuid4(), [(1, {"kind": "delta", "text": "x"})], 0)])
    await asyncio.sleep(0.05)
    layer = InMemoryChannelLayer()
    monkeypatch.setattr(pokes, "get_channel_layer", lambda: layer)
    async with asyncio.timeout(60):
        while not layer.groups:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    await away.flush()


async def test_a_viewer_of_what_is_deleted_hears_of_it(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.lookout.LOOK_SECONDS", 0.02)
    lease = await in_database(running, assistant)
    viewer = asyncio.create_task(follow(lease))
    await asyncio.sleep(0.05)
    await in_database(Conversation.objects.all().delete)
    with pytest.raises(NotFound):
        await asyncio.wait_for(viewer, 60)


async def test_a_long_log_is_read_in_batches_without_waiting(assistant: Assistant, monkeypatch) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.lookout.LOOK_SECONDS", 30)
    for module in ("log", "watch"):
        monkeypatch.setattr(f"apps.chat.generation.delivery.{module}.BATCH", 10)
    lease = await in_database(running, assistant)
    live = open_live(lease)
    for number in range(34):
        live.say({"kind": "source", "number": number})
    await end(live)
    assert len(await asyncio.wait_for(follow(lease), 60)) == 35


async def test_a_viewer_of_what_has_ended_long_ago_is_not_kept_waiting(assistant: Assistant) -> None:
    lease = await in_database(running, assistant)
    live = open_live(lease)
    await end(live)
    assert [event["kind"] for event in await asyncio.wait_for(follow(lease), 60)] == ["end"]
    assert await asyncio.wait_for(follow(lease, after=1), 60) == []
