"""Processes die, stop and hang while answers stream: every reader has every word once, and every answer ends."""

import asyncio
import random
import signal
import subprocess
import sys

import pytest

from tools.bench.streaming.numbered import words
from tools.bench.streaming.oracles import everything_holds, log_of, nothing_left, one_end, same_text
from tools.bench.streaming.site import Process, Site
from tools.bench.streaming.viewer import Viewer
from tools.product import ROOT

from .conftest import PATIENCE, readers, speaking


def whole(site: Site, viewers: list[Viewer], count: int) -> None:
    """Everybody has the whole answer, and the rows agree."""
    assert {viewer.said for viewer in viewers} == {words(count)}
    assert {viewer.end["status"] for viewer in viewers if viewer.end} == {"done"}
    everything_holds(site.rows, viewers)


@pytest.mark.parametrize("seed", range(3))
def test_a_web_process_that_is_killed_costs_no_reader_a_word(
    site: Site, web: Process, worker: Process, seed: int
) -> None:
    viewers = readers(site, 40, words=120, rate=20, seed=seed)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        for _ in range(2):
            await asyncio.sleep(random.Random(seed).uniform(0.5, 2.5))
            web.kill()
            await asyncio.to_thread(web.start)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert sum(viewer.connections for viewer in viewers) > len(viewers)
    whole(site, viewers, 120)


def test_a_process_that_does_everything_is_killed_and_the_next_one_goes_on(site: Site) -> None:
    process = site.process()
    viewers = readers(site, 20, words=100, rate=40)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        await speaking(viewers, 100)
        process.kill()
        await asyncio.to_thread(process.start)
        await asyncio.gather(*tasks)

    try:
        asyncio.run(run())
    finally:
        process.kill()
    whole(site, viewers, 100)


def test_readers_of_a_web_process_that_is_stopped_are_told_and_come_back(
    site: Site, web: Process, worker: Process
) -> None:
    viewers = readers(site, 40, words=120, rate=20)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        await speaking(viewers)
        web.signal(signal.SIGTERM)
        await asyncio.to_thread(web.wait, 10)
        await asyncio.to_thread(web.start)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert {viewer.codes[0] for viewer in viewers} == {1012}
    whole(site, viewers, 120)


def test_a_worker_that_is_stopped_hands_its_answers_to_the_next(site: Site, web: Process, worker: Process) -> None:
    viewers = readers(site, 20, words=100, rate=40)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        await speaking(viewers, 50)
        worker.signal(signal.SIGTERM)
        await asyncio.to_thread(worker.wait, 10)
        await asyncio.to_thread(worker.start)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    whole(site, viewers, 100)


def ahead(site: Site, viewer: Viewer) -> int:
    """Letters that the reader has and the log has not."""
    return len(viewer.said) - sum(len(event.get("text", "")) for _, event in log_of(site.rows, viewer.generation))


@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
def test_what_a_dead_or_frozen_worker_told_and_did_not_write_is_put_right(
    site: Site, web: Process, fate: int
) -> None:
    workers = [site.process("worker")]
    viewers = readers(site, 20, words=400, rate=20)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        async with asyncio.timeout(PATIENCE):
            while not 15 <= ahead(site, viewers[0]) <= 50:  # noqa: ASYNC110  (in the middle between two writes)
                await asyncio.sleep(0.01)
        workers[0].signal(fate)
        workers.append(await asyncio.to_thread(site.process, "worker"))
        await asyncio.sleep(25)  # the other one has taken over, and the first wakes in the middle of its making
        if fate == signal.SIGSTOP:
            workers[0].signal(signal.SIGCONT)
        await asyncio.gather(*tasks)

    try:
        asyncio.run(run())
    finally:
        for process in workers:
            process.kill()
    assert sum(viewer.taken_back for viewer in viewers) > 0
    assert {viewer.connections for viewer in viewers} == {1}
    whole(site, viewers, 400)


def test_a_runtime_that_dies_leaves_what_was_said_and_the_next_question_is_answered(
    site: Site, web: Process, worker: Process
) -> None:
    viewers = readers(site, 20, words=400, rate=40)

    async def run(crowd: list[Viewer], *, kill: bool) -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in crowd]
        if kill:
            await speaking(crowd, 100)
            site.runtime.kill()
        await asyncio.gather(*tasks)

    try:
        asyncio.run(run(viewers, kill=True))
    finally:
        site.runtime.start()
    for viewer in viewers:
        assert viewer.end and (viewer.end["status"], viewer.end["code"]) == ("interrupted", "runtime_unavailable")
        assert len(viewer.said) >= 100 and words(400).startswith(viewer.said)
    everything_holds(site.rows, viewers)
    again = readers(site, 5, words=20, rate=40)
    asyncio.run(run(again, kill=False))
    whole(site, again, 20)


def test_a_runtime_that_hangs_ends_the_answer_within_a_minute(site: Site, web: Process, worker: Process) -> None:
    viewers = readers(site, 10, words=400, rate=40)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(60)) for viewer in viewers]
        await speaking(viewers, 100)
        site.runtime.signal(signal.SIGSTOP)
        await asyncio.gather(*tasks)

    try:
        asyncio.run(run())
    finally:
        site.runtime.signal(signal.SIGCONT)
    assert {viewer.end["status"] for viewer in viewers if viewer.end} == {"interrupted"}
    everything_holds(site.rows, viewers)


def test_redis_is_emptied_and_killed_and_answers_go_on(site: Site, web: Process, worker: Process) -> None:
    viewers = readers(site, 20, words=300, rate=30)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        await speaking(viewers)
        for _ in range(3):
            await asyncio.to_thread(site.redis_flush)
            site.redis.kill()
            await asyncio.sleep(1)
            site.redis.start()
            await asyncio.sleep(0.5)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert all(viewer.connections == 1 for viewer in viewers)  # nobody had to come back
    whole(site, viewers, 300)


@pytest.mark.parametrize("role", ["", "split"])
def test_a_database_that_restarts_loses_no_question_and_no_word(site: Site, role: str) -> None:
    processes = [site.process("web"), site.process("worker")] if role else [site.process()]
    viewers = readers(site, 20, words=200, rate=20)

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        await speaking(viewers)
        for _ in range(2):
            await asyncio.to_thread(site.database_restart)
            await asyncio.sleep(4)
        await asyncio.gather(*tasks)

    try:
        asyncio.run(run())
        assert all(process.child and process.child.poll() is None for process in processes), "a process ended"
    finally:
        site.reconnect()
        for process in processes:
            process.kill()
    whole(site, viewers, 200)


def test_two_tabs_that_send_at_once_have_one_answer_and_the_same_text(
    site: Site, web: Process, worker: Process
) -> None:
    first = readers(site, 1, words=60, rate=30)[0]
    twice = Viewer(first.url, first.cookie, first.text, ids=dict(first.ids))
    twice.accepted = False  # sends the same question itself
    rival = Viewer(first.url, first.cookie, first.text, ids={**readers(site, 1, 1, 1)[0].ids})
    rival.accepted, rival.ids["conversation"] = False, first.ids["conversation"]

    async def run() -> None:
        await asyncio.gather(*(viewer.run(PATIENCE) for viewer in (first, twice, rival)))

    asyncio.run(run())
    assert any(viewer.refused and viewer.refused["code"] == "conflict" for viewer in (first, twice, rival))
    told = [viewer for viewer in (first, twice, rival) if viewer.refused is None]
    assert len({viewer.generation for viewer in told}) == 1
    whole(site, told, 60)


def test_the_rows_of_an_answer_end_once_however_often_it_was_stopped(
    site: Site, web: Process, worker: Process
) -> None:
    viewers = readers(site, 30, words=20_000, rate=40)  # eight minutes, were nobody to stop them

    async def stop(viewer: Viewer, rng: random.Random) -> None:
        await speaking([viewer], rng.randrange(5, 400))
        await viewer.stop()

    async def run() -> None:
        tasks = [asyncio.create_task(viewer.run(PATIENCE)) for viewer in viewers]
        rng = random.Random(1)
        await asyncio.gather(*(stop(viewer, random.Random(rng.random())) for viewer in viewers for _ in range(2)))
        await asyncio.gather(*tasks)

    asyncio.run(run())
    one_end(site.rows, [viewer.generation for viewer in viewers])
    same_text(site.rows, viewers)
    asyncio.run(freed(site))


async def freed(site: Site) -> None:
    """The runtime speaks to nobody any more, long before the answers would be over by themselves."""
    async with asyncio.timeout(60):
        while site.told("/open")["open"]:  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.1)


def test_after_all_that_no_job_is_left_and_the_audit_log_shows_no_tampering(
    site: Site, web: Process, worker: Process
) -> None:
    site.settled(60)
    nothing_left(site.rows)
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_verify"],
        cwd=ROOT,
        env=site.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
