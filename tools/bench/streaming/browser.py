"""The page in Chromium on a processor four times slower: a long answer streams while somebody types."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

from tools.bench.figures import Row, Target
from tools.bench.settings import Settings
from tools.bench.streaming.numbered import question
from tools.bench.streaming.site import Site

SLOWER = 4
TOKENS, RATE, LETTERS = 9_800, 300, 48 * 1024
# Frames of more than 50 ms with the time that scripts took of them, and each key's way to the next picture.
_WATCH = """
window.frames50 = []; window.keys = [];
new PerformanceObserver((list) => { for (const frame of list.getEntries()) window.frames50.push(
  [frame.duration, frame.scripts.reduce((sum, script) => sum + script.duration, 0)]); })
  .observe({ type: "long-animation-frame", buffered: false });
new PerformanceObserver((list) => { for (const event of list.getEntries()) if (event.name === "keydown")
  window.keys.push([event.duration, event.processingEnd - event.startTime]); })
  .observe({ type: "event", durationThreshold: 16 });
"""
_WEIGHT = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const all = [page, ...performance.getEntriesByType("resource")];
  return { bytes: all.reduce((sum, one) => sum + one.encodedBodySize, 0), ready: page.domContentLoadedEventEnd };
}"""


def browser(settings: Settings) -> Iterator[Row]:
    """A 48 KB answer of Markdown, and the first page as a newcomer loads it."""
    from playwright.sync_api import sync_playwright

    count = settings.count(TOKENS, 1000)
    with Site(settings.folder / "browser", visitors=1) as site, sync_playwright() as driver:
        process = site.process()
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"))
        first = chromium.new_page()
        first.goto(process.url)
        first.close()
        page = chromium.new_page()
        page.goto(process.url)
        page.wait_for_selector("#question:enabled")
        weight = page.evaluate(_WEIGHT)
        slow = page.context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.evaluate(_WATCH)
        measured = _stream(page, question(count, RATE) + " In Markdown.", count)
        chromium.close()
    yield Row(
        "the first page and all it loads, compressed", "", weight["bytes"] / 1024, Target(150, at_least=False), "KB"
    )
    yield Row("the first page is ready on this machine", "", weight["ready"] / 1000, Target(1, at_least=False), "s")
    frames, keys = measured["frames"], measured["keys"]
    ours = [script for _duration, script in frames]
    what = f"{measured['letters'] / 1024:.0f} KB stream at {SLOWER} × slow-down"
    yield Row(
        f"{what}: our script in a frame, at most",
        f"{len(ours)} frames over 50 ms",
        max(ours, default=0.0),
        Target(50, at_least=False),
        "ms",
    )
    handled = [processed for _duration, processed in keys]
    figure = f"{len(keys)} keys, until the next picture at most {max((k[0] for k in keys), default=0):.0f} ms"
    yield Row(
        f"{what}: a key is handled, at most", figure, max(handled, default=0.0), Target(50, at_least=False), "ms"
    )


def _stream(page: Any, text: str, count: int) -> dict[str, Any]:
    page.fill("#question", text)
    page.press("#question", "Enter")
    page.wait_for_selector(".prose p")
    page.evaluate("window.frames50.length = 0; window.keys.length = 0")
    while page.locator(".answer.is-running").count():
        page.keyboard.type("one thought ", delay=120)
        if len(page.input_value("#question")) > 400:
            page.fill("#question", "")
    found = page.evaluate("[window.frames50, window.keys, document.querySelector('.prose').textContent.length]")
    return dict(zip(("frames", "keys", "letters"), json.loads(json.dumps(found)), strict=True))
