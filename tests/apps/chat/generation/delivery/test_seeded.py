"""A few of many seeds: races between a stop and the end, and readers who leave and come back anywhere."""

import asyncio
import random

import pytest

from apps.chat.generation.runner import generation_run
from apps.chat.services import limits
from apps.core.actor import Actor
from apps.core.db import in_database

from ...fakes import FakeSearch, send
from .races import reader_comes_and_goes, speaks, stop_meets_the_end

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("assistant", "search")]


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SENDS_PER_MINUTE", 100_000)


async def test_a_stop_that_meets_the_end_leaves_one_end_and_a_free_slot(
    owner: Actor, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(10):
        assert await stop_meets_the_end(owner, monkeypatch, seed) in {"stopped", "done"}


async def test_readers_who_leave_and_come_back_anywhere_have_every_letter_once(
    owner: Actor, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.chat.generation.delivery.writer.TICK_SECONDS", 0.002)
    runtime = speaks(monkeypatch)
    runtime.paced = True
    sent = await in_database(send, owner)
    answering = asyncio.create_task(generation_run(sent.generation.pk))
    rng = random.Random(5)
    readers = [
        asyncio.create_task(reader_comes_and_goes(sent.generation.pk, random.Random(rng.random()), most=2))
        for _ in range(12)
    ]
    for _ in range(len(runtime.pieces) + 1):
        runtime.step()
        await asyncio.sleep(0.005)
    await asyncio.wait_for(answering, 60)
    heard = await asyncio.wait_for(asyncio.gather(*readers), 60)
    assert {text for text, _left in heard} == {"Returns are free within 30 days. [1]"}
    assert sum(left for _text, left in heard) >= len(readers)
