"""What `serve` tells whoever waits for the first answer."""

import asyncio
import signal

import pytest

from apps.core.errors import Unavailable
from config import prepare
from config.serving import process


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (None, ""),
        (Unavailable("no runtime answers"), "no runtime answers"),
        (ConnectionError("the database is gone"), "ConnectionError: the database is gone"),
    ],
)
def test_whatever_comes_of_the_models_is_told_once(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, said: str
) -> None:
    def ensure(**_: object) -> None:
        if error:
            raise error

    async def wait() -> None:
        await asyncio.wait_for(heard.wait(), 60)

    def tell(problem: str) -> None:
        told.append(problem)
        heard.set()

    told: list[str] = []
    heard = asyncio.Event()
    monkeypatch.setattr(prepare, "alias_target", lambda alias: alias)
    monkeypatch.setattr(prepare, "deployment_ensure", ensure)
    monkeypatch.setattr(prepare, "embedder_ensure", lambda: None)
    monkeypatch.setattr(process, "upkeep", wait)
    monkeypatch.setattr(process, "run_worker", wait)
    before = signal.getsignal(signal.SIGTERM)
    try:
        asyncio.run(process.serve(None, worker=True, told=tell))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told == [said]
