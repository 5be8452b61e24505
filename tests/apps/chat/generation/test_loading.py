"""Who waits for a model that the runtime has yet to load is told so, whichever model it is."""

from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from apps.chat.generation.runner import generation_run
from apps.core.actor import Actor
from apps.core.db import in_database, in_database_waiting
from apps.inference.runtime import waiting
from apps.inference.runtime.control import Loaded

from ..fakes import FakeRuntime, FakeSearch, events, send

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("assistant")]
WANTED = {"path": "/models/it", "quantization": "none"}


@pytest.fixture(autouse=True)
def slow_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A runtime that loads what it is asked for, and is ready at the third look."""
    looks: Counter[str] = Counter()

    def models() -> list[Loaded]:
        looks.update(set(looks))
        return [Loaded(name, "ready" if seen > 3 else "loading") for name, seen in looks.items()]

    monkeypatch.setattr(waiting, "_POLL_SECONDS", 0.001)
    monkeypatch.setattr(waiting, "loaded_models", models)
    monkeypatch.setattr(waiting, "model_load", lambda *, served_id, **_rest: looks.update([served_id]))


async def steps(owner: Actor) -> list[str]:
    sent = await in_database(send, owner)
    await generation_run(sent.generation.pk)
    log = await in_database(events, sent.generation.pk)
    assert (log[-1]["kind"], log[-1]["status"]) == ("end", "done")
    return [event["status"] for event in log if event["kind"] == "status"]


async def test_an_answer_that_waits_for_the_model_that_writes_says_so(
    owner: Actor, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def loaded_first(**call: Any) -> AsyncGenerator[Any, None]:
        await waiting.model_awaited(served_id="writer", **WANTED)
        async for piece in runtime(**call):
            yield piece

    monkeypatch.setattr("apps.chat.generation.speaking.chat_stream", loaded_first)
    assert await steps(owner) == ["searching", "reading", "loading", "answering"]


async def test_a_search_that_waits_for_its_model_says_so_from_its_thread(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def loaded_first(**question: Any) -> Any:
        await in_database_waiting(waiting.model_ensure, served_id="embedder", **WANTED)
        return await search(**question)

    monkeypatch.setattr("apps.chat.generation.finding.searching.asearch", loaded_first)
    assert await steps(owner) == ["searching", "loading", "reading", "answering"]
    assert await steps(owner) == ["searching", "reading", "answering"], "it is there by now"


async def test_two_models_that_are_waited_for_in_turn_look_like_one_attempt(
    owner: Actor, runtime: FakeRuntime, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def searched(**question: Any) -> Any:
        await in_database_waiting(waiting.model_ensure, served_id="embedder", **WANTED)
        return await search(**question)

    async def written(**call: Any) -> AsyncGenerator[Any, None]:
        await waiting.model_awaited(served_id="writer", **WANTED)
        async for piece in runtime(**call):
            yield piece

    monkeypatch.setattr("apps.chat.generation.finding.searching.asearch", searched)
    monkeypatch.setattr("apps.chat.generation.speaking.chat_stream", written)
    assert await steps(owner) == ["searching", "loading", "reading", "answering"]
