"""A hundred answers at once: how late a word is, what it weighs, what it costs the database, who else feels it."""

import asyncio
import time
from collections.abc import Iterator

import httpx

from tools.bench.figures import Row, Target, percentile
from tools.bench.settings import Settings
from tools.bench.streaming.numbered import question, words
from tools.bench.streaming.oracles import everything_holds
from tools.bench.streaming.site import Process, Site
from tools.bench.streaming.viewer import Viewer

STREAMS, RATE, WORD = 100, 20, 5
LOOK_SECONDS = 0.25
ASKING_SECONDS = 5.0  # within which all of them ask


def delay(settings: Settings) -> Iterator[Row]:
    """100 streams at 20 words a second through one process that does everything."""
    count = settings.count(500, 100)
    with Site(settings.folder / "delay", visitors=STREAMS) as site:
        process = site.process()
        asyncio.run(_streams(site, process, count=40))  # the first ones open the connections
        before, cpu = _writes(site), sum(process.cpu_times()[:2])
        viewers, pages = asyncio.run(_streams(site, process, count))
        writes, cpu = _writes(site) - before, sum(process.cpu_times()[:2]) - cpu
        everything_holds(site.rows, viewers)
        assert {viewer.said for viewer in viewers} == {words(count)}
        late = [one for viewer in viewers for one in _late(site, viewer)]
    what = f"{STREAMS} streams at {RATE} tokens/s: a token's delay from the runtime to the reader"
    seconds = count / RATE
    yield Row(f"{what}, p50", f"of {len(late):,}", percentile(late, 0.5) * 1e3, Target(60, at_least=False), "ms")
    yield Row(f"{what}, p99", "", percentile(late, 0.99) * 1e3, Target(150, at_least=False), "ms")
    page = percentile(pages, 0.99) * 1e3
    yield Row("meanwhile: a bystander's page, p99", f"of {len(pages)}", page, Target(250, at_least=False), "ms")
    yield Row("meanwhile: processor time of the product's process", "", cpu / seconds, unit="cores")
    wire = sum(viewer.wire for viewer in viewers) / (STREAMS * count * WORD)
    yield Row("bytes on the wire by bytes of text", f"answers of {count} tokens", wire, Target(3, at_least=False))
    each = writes / STREAMS
    yield Row(
        "transactions that write, an answer, above one a second of streaming",
        f"{each:.1f} in {seconds:.0f} s",
        each - seconds,
        Target(3, at_least=False),
        "",
    )


def alone(settings: Settings) -> Iterator[Row]:
    """The same for a single answer, which shares its writes with nobody."""
    count = settings.count(200, 60)
    with Site(settings.folder / "alone", visitors=1) as site:
        process = site.process()
        asyncio.run(_one(site, process, 20))
        seconds = count / RATE
        viewer = asyncio.run(_one(site, process, count))
        # By their rows: numbers of transactions would count the site's periodic jobs, too.
        written = "SELECT count(DISTINCT xmin::text) FROM chat_generationevent WHERE generation_id = %s"
        log = int(site.rows(written, viewer.generation)[0][0])
        late = _late(site, viewer)
    yield Row(
        "one stream: a token's delay, p50 / p99",
        f"{percentile(late, 0.5) * 1e3:.0f} / {percentile(late, 0.99) * 1e3:.0f} ms",
    )
    yield Row(
        "one stream: transactions that write, above one a second of streaming",
        f"the question, the lease, {log} of the log in {seconds:.0f} s",
        2 + log - seconds,
        Target(3, at_least=False),
        "",
    )


async def _one(site: Site, process: Process, count: int) -> Viewer:
    return await Viewer(process.url, site.cookies[0], question(count, RATE)).run(60)


def _writes(site: Site) -> int:
    """Numbers are given out only to transactions that write, and to savepoints in them; this asks for none."""
    return int(site.rows("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")[0][0])


def _late(site: Site, viewer: Viewer) -> list[float]:
    """Seconds from each word's sending to its coming."""
    sent = site.told(f"/emitted/{viewer.generation}")["times"]
    late, place = [], 0
    for when, letters in viewer.heard:
        while (place + 1) * WORD <= letters:
            late.append(when - sent[place])
            place += 1
    return late


async def _streams(site: Site, process: Process, count: int) -> tuple[list[Viewer], list[float]]:
    viewers = [Viewer(process.url, cookie, question(count, RATE)) for cookie in site.cookies]
    pages: list[float] = []
    looking = asyncio.create_task(_look(process.url, pages))
    try:
        async with asyncio.TaskGroup() as group:
            for viewer in viewers:
                group.create_task(viewer.run(count / RATE + 30))
                await asyncio.sleep(ASKING_SECONDS / STREAMS)
    finally:
        looking.cancel()
    return viewers, pages


async def _look(url: str, seconds: list[float]) -> None:
    """Somebody else opens the page, again and again."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        while True:
            began = time.monotonic()
            assert (await client.get(url)).status_code == 200
            seconds.append(time.monotonic() - began)
            await asyncio.sleep(LOOK_SECONDS)
