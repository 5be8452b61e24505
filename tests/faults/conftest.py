"""A whole site for the tests that kill its processes."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.bench.streaming.numbered import question
from tools.bench.streaming.site import Process, Site
from tools.bench.streaming.viewer import Viewer

VISITORS = 60
PATIENCE = 240.0  # seconds after which an answer counts as lost; a machine that has other work, too, is no fault


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Database, runtime of numbered words and Redis; each test starts the processes that it breaks."""
    with Site(Path(tmp_path_factory.mktemp("site")), visitors=VISITORS, redis=True) as running:
        yield running


@pytest.fixture
def web(site: Site) -> Iterator[Process]:
    yield (process := site.process("web"))
    process.kill()


@pytest.fixture
def worker(site: Site) -> Iterator[Process]:
    yield (process := site.process("worker"))
    process.kill()


def readers(site: Site, count: int, words: int, rate: float, seed: int = 0) -> list[Viewer]:
    """So many people who ask."""
    url = f"http://127.0.0.1:{site.port}"
    rng = random.Random(seed)
    cookies = rng.sample(site.cookies, count)
    return [Viewer(url, cookie, question(words, rate), rng=random.Random(rng.random())) for cookie in cookies]


async def speaking(viewers: list[Viewer], letters: int = 1) -> None:
    """Returns when each has so much of its answer; raises TimeoutError where one gets no further."""
    async with asyncio.timeout(PATIENCE):
        while any(len(viewer.said) < letters and viewer.end is None for viewer in viewers):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
