"""What a socket costs on which nothing happens."""

import asyncio
from collections.abc import Iterator

from tools.bench.figures import Row, Target
from tools.bench.settings import Settings
from tools.bench.streaming.site import Process, Site
from tools.bench.streaming.viewer import Viewer

FIRST = 100  # open before the first look: threads, connections and caches are there then


def sockets(settings: Settings) -> Iterator[Row]:
    """2,000 idle sockets in one process."""
    count = settings.count(2000, 200)
    with Site(settings.folder / "sockets", visitors=50) as site:
        process = site.process()
        before, after = asyncio.run(_opened(site, process, count))
    each = (after - before) * 1024 / count
    what = f"{count:,} idle sockets in one process: memory of each"
    yield Row(what, f"{before:.0f} → {after:.0f} MB", each, Target(80, at_least=False), "KB")


async def _opened(site: Site, process: Process, count: int) -> tuple[float, float]:
    """Resident memory of the process in MB before they open and with all of them open."""
    cookies = site.cookies
    viewers = [Viewer(process.url, cookies[n % len(cookies)], waits=True) for n in range(FIRST + count)]
    tasks = [asyncio.create_task(viewer.run(120)) for viewer in viewers[:FIRST]]
    await asyncio.gather(*(viewer.online.wait() for viewer in viewers[:FIRST]))
    await asyncio.sleep(2)
    before = process.megabytes()
    for start in range(FIRST, len(viewers), 50):
        some = viewers[start : start + 50]
        tasks += [asyncio.create_task(viewer.run(120)) for viewer in some]
        await asyncio.gather(*(viewer.online.wait() for viewer in some))
    await asyncio.sleep(3)
    after = process.megabytes()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return before, after
