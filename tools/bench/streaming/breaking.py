"""Connections and processes break under load: what is lost, and how soon everybody is back."""

import asyncio
import random
import time
from collections.abc import Iterator

from tools.bench.figures import Row, Target, percentile
from tools.bench.settings import Settings
from tools.bench.streaming.cutting import cutting
from tools.bench.streaming.numbered import question, words
from tools.bench.streaming.oracles import everything_holds
from tools.bench.streaming.site import Process, Site
from tools.bench.streaming.viewer import Viewer

NONE = Target(0, at_least=False)


def resumes(settings: Settings) -> Iterator[Row]:
    """Readers behind a proxy that cuts their connections at random bytes, again and again."""
    cuts = settings.count(1000, 60)
    with Site(settings.folder / "resumes", visitors=40) as site:
        process = site.process()
        viewers = asyncio.run(cut_through(site, process, cuts=cuts, seed=1))
    resumed = sum(viewer.connections - 1 for viewer in viewers)
    most = max(viewer.connections - 1 for viewer in viewers)
    wrong = sum(viewer.said != words(1500) for viewer in viewers)
    yield Row(
        f"{resumed} resumes of 40 readers, at most {most} each: answers with a letter lost or doubled",
        "",
        wrong,
        NONE,
        "",
    )


async def cut_through(site: Site, process: Process, *, cuts: int, seed: int, count: int = 1500) -> list[Viewer]:
    """Each reader's answer of `count` words, through so many cuts in all; the rows agree with what they have."""
    async with cutting(process.port, seed=seed, cuts=cuts) as port:
        url = f"http://127.0.0.1:{port}"
        viewers = [
            Viewer(url, cookie, question(count, 40), rng=random.Random(seed)) for cookie in site.cookies[:40]
        ]
        await asyncio.gather(*(viewer.run(200) for viewer in viewers))
    everything_holds(site.rows, viewers)
    return viewers


def deaths(settings: Settings) -> Iterator[Row]:
    """`kill -9` of the web process again and again, while people ask, read, and ask again."""
    kills = settings.count(50, 3)
    with Site(settings.folder / "deaths", visitors=20) as site:
        web = site.process("web")
        site.process("worker")
        answers = asyncio.run(_killed(site, web, kills))
    whole = sum(viewer.said == words(60) for viewer in answers)
    figure = f"{whole} of {len(answers)} complete"
    yield Row(
        f"kill -9 of the web process {kills} times: answers that are not complete",
        figure,
        len(answers) - whole,
        NONE,
        "",
    )


async def _killed(site: Site, web: Process, kills: int) -> list[Viewer]:
    rng, answers, over = random.Random(7), list[Viewer](), asyncio.Event()

    async def asking(cookie: str) -> None:
        while not over.is_set():
            viewer = Viewer(web.url, cookie, question(60, 20), rng=random.Random(rng.random()))
            answers.append(await viewer.run(400))

    tasks = [asyncio.create_task(asking(cookie)) for cookie in site.cookies]
    for _ in range(kills):
        await asyncio.sleep(rng.uniform(0.2, 1.6))
        web.kill()
        await asyncio.to_thread(web.start)
    over.set()
    await asyncio.gather(*tasks)
    everything_holds(site.rows, answers)
    return answers


def taken_over(settings: Settings) -> Iterator[Row]:
    """The process that makes the answers is killed as well."""
    kills = settings.count(2, 1)
    with Site(settings.folder / "over", visitors=30) as site:
        process = site.process()
        viewers = [Viewer(process.url, cookie, question(200, 20)) for cookie in site.cookies]
        seconds = asyncio.run(_taken_over(process, viewers, kills))
        everything_holds(site.rows, viewers)
    whole = sum(viewer.said == words(200) for viewer in viewers)
    what = f"kill -9 of the process that does everything, {kills} times: answers that are not complete"
    yield Row(what, f"{whole} of {len(viewers)} complete in {seconds:.0f} s", len(viewers) - whole, NONE, "")


async def _taken_over(process: Process, viewers: list[Viewer], kills: int) -> float:
    began = time.monotonic()
    tasks = [asyncio.create_task(viewer.run(150)) for viewer in viewers]
    for number in range(kills):
        await asyncio.sleep(3 if number == 0 else 24)  # after the first, in the middle of the second making
        process.kill()
        await asyncio.to_thread(process.start)
    await asyncio.gather(*tasks)
    return time.monotonic() - began


def herd(settings: Settings) -> Iterator[Row]:
    """Everybody loses the server at once, and comes back."""
    people = settings.count(5000, 300)
    with Site(settings.folder / "herd", visitors=100, redis=True) as site:
        web = site.process("web")
        site.process("worker")
        late, lost, connections = asyncio.run(_herd(site, web, people))
    what = f"{people:,} clients lose their server, 100 of them in the middle of an answer"
    yield Row(
        f"{what}: all are back",
        f"half of them after {percentile(late, 0.5):.1f} s",
        max(late),
        Target(60, at_least=False),
        "s",
    )
    yield Row("answers with a letter lost or doubled", "", lost, NONE, "")
    yield Row(
        "the database's connections of the web process and the worker",
        "",
        connections,
        Target(32, at_least=False),
        "",
    )


async def _herd(site: Site, web: Process, people: int) -> tuple[list[float], int, int]:
    """Seconds until each was back, answers that are not whole, the database's connections then."""
    readers = [Viewer(web.url, cookie, question(150, 1)) for cookie in site.cookies]
    idle = [
        readers[number % 100].twin(source=f"127.0.0.{2 + number % 4}", rng=random.Random(number), waits=True)
        for number in range(people - len(readers))
    ]
    tasks = [asyncio.create_task(viewer.run(200)) for viewer in readers]
    waiting = []
    for start in range(0, len(idle), 100):
        waiting += [asyncio.create_task(viewer.run(200)) for viewer in idle[start : start + 100]]
        await asyncio.gather(*(viewer.online.wait() for viewer in idle[start : start + 100]))
    web.kill()
    killed = time.monotonic()
    await asyncio.to_thread(web.start)
    crowd = [*readers, *idle]
    await asyncio.gather(*(viewer.online.wait() for viewer in crowd))
    late = [viewer.connected_at - killed for viewer in crowd]
    statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'parley'"
    connections = int(site.rows(statement)[0][0]) - 1
    await asyncio.gather(*tasks)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    everything_holds(site.rows, readers)
    return late, sum(viewer.said != words(150) for viewer in readers), connections
