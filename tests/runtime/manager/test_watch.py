"""The watch over models, when what they say of themselves is no answer at all."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from model_runtime.manager import watch
from model_runtime.manager.upstream import Upstream


class Watched:
    """A model as the watch sees it; its child answers /ready with `body` and 500, or with 200 when that is None."""

    def __init__(self, body: bytes | None) -> None:
        self.body = body
        self.told, self.well, self.ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.launch, self.state, self.was_ready = SimpleNamespace(id="m"), "ready", True
        self.child: Any = SimpleNamespace(upstream=None, kill=self.ended.set)
        self.problem: str | None = None

    def unwell(self, problem: str) -> None:
        self.problem = problem
        self.told.set()

    def recovered(self) -> None:
        self.well.set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body, status = (b"{}", 200) if self.body is None else (self.body, 500)
        writer.write(
            b"HTTP/1.1 %d x\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % (status, len(body)) + body
        )
        writer.close()


async def watched(model: Watched, until: asyncio.Event) -> None:
    server = await asyncio.start_server(model.answer, "127.0.0.1")
    model.child.upstream = Upstream(server.sockets[0].getsockname()[1], "token")
    supervisor: Any = SimpleNamespace(all=lambda: [model])
    watching = asyncio.create_task(watch.watch(supervisor))
    try:
        async with asyncio.timeout(60):
            await until.wait()
    finally:
        watching.cancel()
        server.close()


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "INTERVAL", 0.01)
    monkeypatch.setattr(watch, "GIVE_UP_AFTER", 0.05)


@pytest.mark.parametrize(
    "body", [b"Internal Server Error", b"", b"[]", b"null", b"\xff\xfe", b'{"error": {"message": "x"}}', b"{}"]
)
def test_a_model_that_answers_nonsense_when_asked_how_it_is_is_replaced_like_a_silent_one(body: bytes) -> None:
    async def scene() -> None:
        model = Watched(body)
        await watched(model, model.ended)
        assert model.problem == "The model is not well: it answers 500 when asked whether it is ready."

    asyncio.run(scene())


def test_a_model_says_itself_why_it_is_not_well() -> None:
    async def scene() -> None:
        model = Watched(b'{"error": "a step has been running for 9 s"}')
        await watched(model, model.told)
        assert model.problem == "The model is not well: a step has been running for 9 s."

    asyncio.run(scene())


def test_one_failed_round_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    async def scene() -> None:
        model = Watched(None)

        def recovered() -> None:
            model.recovered = model.well.set  # type: ignore[method-assign]
            raise RuntimeError("at fault")

        model.recovered = recovered  # type: ignore[method-assign]
        await watched(model, model.well)
        assert "a round of the watch failed" in caplog.text

    asyncio.run(scene())
