"""What a seed decides: when somebody stops, and where readers leave and come back."""

import asyncio
import random
import uuid

import pytest

from apps.chat.generation.delivery.watch import watch
from apps.chat.generation.runner import generation_run, stop_here
from apps.chat.models import Message
from apps.chat.services import generation_stop
from apps.core.actor import Actor
from apps.core.db import in_database

from ...fakes import ONE, FakeRuntime, events, said, send

PIECES = ["[1] ", *(ONE[start : start + 4] for start in range(0, len(ONE), 4))]


def speaks(monkeypatch: pytest.MonkeyPatch) -> FakeRuntime:
    runtime = FakeRuntime()
    runtime.pieces = list(PIECES)
    monkeypatch.setattr("apps.chat.generation.speaking.chat_stream", runtime)
    return runtime


async def stop_meets_the_end(actor: Actor, monkeypatch: pytest.MonkeyPatch, seed: int) -> str:
    """Stops at any moment, before, at or behind the last word; returns how it ended."""
    rng = random.Random(seed)
    runtime = speaks(monkeypatch)
    sent = await in_database(send, actor)
    generation = sent.generation.pk
    task = asyncio.create_task(generation_run(generation))
    await asyncio.sleep(rng.random() * 0.04)
    seen = rng.randrange(len(ONE) + 10)
    await in_database(generation_stop, actor=actor, generation_id=generation, seen_chars=seen)
    stop_here(generation, seen)
    await asyncio.wait_for(task, 60)
    log = await in_database(events, generation)  # one end, which is last, and no gap
    kept = (await in_database(Message.objects.get, generation=generation)).text
    assert kept == said(log)[: log[-1].get("kept_chars")]
    assert runtime.closed or not runtime.calls  # the slot is free
    return str(log[-1]["status"])


async def reader_comes_and_goes(generation: uuid.UUID, rng: random.Random, most: int) -> tuple[str, int]:
    """Follows from the line that it has, at most `most` lines at a time; returns the text and how often it left."""
    text, seq, left = "", 0, 0
    while True:
        stay = rng.randrange(most)
        async for line, event in watch(generation, seq):
            seq = line
            text += event.get("text", "")
            if event["kind"] == "end":
                return text, left
            if (stay := stay - 1) < 0:
                break
        left += 1
        await asyncio.sleep(rng.random() * 0.004)
