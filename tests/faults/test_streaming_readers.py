"""Readers who are cut off, slow, dead or too many: nobody loses a letter, and nobody else feels it."""

import asyncio
import json
import socket

import psutil
import pytest

from apps.chat.services import limits
from apps.core.actor import Actor
from tests.apps.chat.conftest import assistant, cast, database, owner, search
from tests.apps.chat.fakes import FakeSearch
from tests.apps.chat.generation.delivery.races import stop_meets_the_end
from tools.bench.streaming.breaking import cut_through
from tools.bench.streaming.numbered import words
from tools.bench.streaming.oracles import everything_holds
from tools.bench.streaming.site import Process, Site
from tools.bench.streaming.viewer import Viewer

from .conftest import PATIENCE, readers, speaking

__all__ = ["assistant", "cast", "database", "owner", "search"]  # fixtures


@pytest.fixture
def process(site: Site):
    yield (running := site.process())
    running.kill()


def test_a_thousand_resumes_at_random_bytes_lose_and_double_nothing(site: Site, process: Process) -> None:
    viewers = asyncio.run(cut_through(site, process, cuts=1000, seed=3))
    assert {viewer.said for viewer in viewers} == {words(1500)}
    assert sum(viewer.connections - 1 for viewer in viewers) >= 1000
    assert min(viewer.connections for viewer in viewers) > 3  # third and later ones included


async def deaf(process: Process, viewer: Viewer) -> socket.socket:
    """A socket that asks for a whole answer again and again, and reads nothing."""
    deaf_viewer = viewer.twin()
    connection = deaf_viewer.connected()
    opened = await connection
    plain = opened.transport.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    opened.transport.pause_reading()
    frame = json.dumps({"type": "resume", "generation": viewer.generation, "after_seq": 0})
    for _ in range(60):
        await opened.send(frame)
    return opened


def test_readers_who_take_nothing_cost_little_and_disturb_nobody(site: Site, process: Process) -> None:
    long = readers(site, 1, words=3000, rate=1000)[0]
    others = readers(site, 20, words=100, rate=20, seed=9)

    async def run() -> float:
        await long.run(PATIENCE)
        before = process.megabytes()
        sockets = [await deaf(process, long) for _ in range(200)]
        await asyncio.gather(*(viewer.run(PATIENCE) for viewer in others))
        grown = process.megabytes() - before
        for opened in sockets:
            opened.transport.abort()
        return grown

    grown = asyncio.run(run())
    assert grown < 200 * 0.4  # MB: a quarter of a megabyte each, and what any socket costs
    assert {viewer.said for viewer in others} == {words(100)}
    everything_holds(site.rows, others)


def test_connections_whose_other_end_is_gone_are_reaped_within_a_minute(site: Site, process: Process) -> None:
    async def run() -> None:
        viewers = [Viewer(process.url, cookie, waits=True) for cookie in site.cookies[:20]]
        opened = [await viewer.connected() for viewer in viewers]
        for one in opened:
            one.transport.pause_reading()  # no pong comes back, and no goodbye
        assert established(process) >= 20
        async with asyncio.timeout(60):
            while established(process) > 0:  # noqa: ASYNC110  (another process)
                await asyncio.sleep(0.5)
        for one in opened:
            one.transport.abort()

    asyncio.run(run())


def established(process: Process) -> int:
    """Connections of people that the process holds open."""
    found = psutil.Process(process.pid).net_connections("tcp")
    return sum(one.status == "ESTABLISHED" and one.laddr.port == process.port for one in found)


def test_ten_times_what_there_is_room_for_is_answered_in_turn(site: Site, process: Process) -> None:
    crowd = [viewer for seed in range(20) for viewer in readers(site, 60, words=10, rate=20, seed=seed)]

    async def run() -> None:
        tasks = []
        for viewer in crowd:
            tasks.append(asyncio.create_task(viewer.run(PATIENCE)))
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert len(crowd) == 1200
    assert {viewer.said for viewer in crowd} == {words(10)}
    everything_holds(site.rows, crowd[:100])


def test_a_crowd_that_loses_its_server_comes_back_with_every_word(
    site: Site, web: Process, worker: Process
) -> None:
    viewers = readers(site, 30, words=60, rate=5)
    twins = [viewer.twin(source=f"127.0.0.{2 + n % 4}") for viewer in viewers for n in range(9)]

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        await speaking(viewers)
        tasks += [asyncio.create_task(viewer.run(PATIENCE)) for viewer in twins]
        await asyncio.gather(*(viewer.online.wait() for viewer in twins))
        web.kill()
        await asyncio.to_thread(web.start)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    everything_holds(site.rows, viewers)
    assert {viewer.said for viewer in (*viewers, *twins)} == {words(60)}


@pytest.mark.asyncio
async def test_five_hundred_stops_that_meet_the_end_leave_one_end_each(
    owner: Actor, assistant: object, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SENDS_PER_MINUTE", 100_000)
    ends = [await stop_meets_the_end(owner, monkeypatch, seed) for seed in range(500)]
    assert set(ends) == {"stopped", "done"}
