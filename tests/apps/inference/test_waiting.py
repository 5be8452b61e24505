"""Waiting for a model that loads: one poll for all, given up at once, and no answer that breaks it."""

import asyncio
import threading
import time
from collections.abc import Callable

import httpx
import pytest
from django.conf import LazySettings

from apps.core.errors import Unavailable
from apps.core.threads import long_call
from apps.inference.calls.embedding import embed_sync
from apps.inference.errors import RuntimeRefused, RuntimeUnavailable
from apps.inference.runtime import control, waiting
from apps.inference.runtime.control import Loaded
from apps.inference.runtime.waiting import model_awaited, model_ensure


class Loading:
    """A runtime in which a model loads until it is told otherwise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.state, self.error, self.looks, self.loads = "", "", 0, 0
        monkeypatch.setattr(waiting, "loaded_models", self.models)
        monkeypatch.setattr(waiting, "model_load", self.load)
        monkeypatch.setattr(waiting, "_POLL_SECONDS", 0.005)

    def models(self) -> list[Loaded]:
        self.looks += 1
        return [Loaded(id="fox@1", state=self.state, error=self.error)] if self.state else []

    def load(self, **wish: str) -> None:
        self.loads += 1
        self.state = "loading"


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Loading:
    return Loading(monkeypatch)


async def wait_for_fox() -> Loaded:
    return await model_awaited(served_id="fox@1", path="/fox", quantization="none")


def test_a_hundred_questions_during_a_load_hold_no_thread_and_ask_once(loading: Loading) -> None:
    async def ask() -> list[Loaded]:
        waits = [asyncio.create_task(wait_for_fox()) for _ in range(100)]
        await asyncio.sleep(0.05)
        assert loading.looks < 50
        await asyncio.wait_for(asyncio.to_thread(int), 60)  # the loop's own pool is free
        loading.state = "ready"
        return await asyncio.gather(*waits)

    assert {model.state for model in asyncio.run(ask())} == {"ready"} and loading.loads == 1


def test_one_who_gives_up_does_not_end_the_others_wait(loading: Loading) -> None:
    async def ask() -> Loaded:
        first, second = asyncio.create_task(wait_for_fox()), asyncio.create_task(wait_for_fox())
        await asyncio.sleep(0.02)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        loading.state = "ready"
        return await second

    assert asyncio.run(ask()).state == "ready"


def test_a_stopping_loop_does_not_wait_for_the_load(loading: Loading) -> None:
    async def stop() -> None:
        wait = asyncio.create_task(wait_for_fox())
        job = asyncio.create_task(long_call(model_ensure, served_id="fox@1", path="/fox"))
        await asyncio.sleep(0.05)
        wait.cancel()
        job.cancel()

    asyncio.run(stop())
    looks = loading.looks
    deadline = time.monotonic() + 60
    while any(t.name.startswith("long") and looks != loading.looks for t in threading.enumerate()):
        looks = loading.looks
        time.sleep(0.05)
        assert time.monotonic() < deadline, "the job's thread goes on waiting"


def test_a_thread_that_is_given_up_says_so_at_its_next_rest(loading: Loading) -> None:
    ended: list[BaseException] = []

    def job() -> None:
        try:
            model_ensure(served_id="fox@1", path="/fox")
        except Unavailable as error:
            ended.append(error)

    async def stop() -> None:
        task = asyncio.create_task(long_call(job))
        async with asyncio.timeout(60):
            while not loading.looks:  # noqa: ASYNC110  (the thread is at it)
                await asyncio.sleep(0.005)
            task.cancel()
            while not ended:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    asyncio.run(stop())
    assert len(ended) == 1


def test_a_failed_model_is_loaded_once_more_and_then_its_reason_is_told(
    loading: Loading, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading.state, loading.error = "failed", "no memory"

    def load(**wish: str) -> None:
        loading.loads += 1

    monkeypatch.setattr(waiting, "model_load", load)  # it stays failed
    with pytest.raises(RuntimeRefused, match="no memory"):
        model_ensure(served_id="fox@1", path="/fox")
    assert loading.loads == 1


def test_too_long_is_said(loading: Loading) -> None:
    with pytest.raises(RuntimeUnavailable, match="still loading"):
        model_ensure(served_id="fox@1", path="/fox", seconds=0.0)


@pytest.mark.parametrize(
    "page",
    [
        b"<html>Sign in</html>",
        b"[]",
        b"null",
        b"{}",
        b'{"models": 3, "data": 3}',
        b'{"models": ["x"], "data": ["x"]}',
    ],
)
@pytest.mark.parametrize("call", [control.loaded_models, lambda: embed_sync(texts=["x"], purpose="query")])
def test_a_page_of_some_proxy_is_an_unavailable_runtime(
    page: bytes, call: Callable[[], object], monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.RUNTIME_URL = "http://runtime.example"
    client = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=page)))
    for module in ("runtime.control", "calls.embedding"):
        monkeypatch.setattr(f"apps.inference.{module}.sync_client", lambda: client)
    with pytest.raises(RuntimeUnavailable, match="unreadable"):
        call()
