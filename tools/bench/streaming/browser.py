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
# When the page can be typed in: its script shows whom one can ask as the last thing of its start.
_USABLE = """
new MutationObserver((_, watching) => {
  if (!document.querySelector("[data-picker]:not([hidden])")) return;
  window.usable = performance.now();
  watching.disconnect();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
SETTLED_SECONDS = 1.0  # after the network is idle: what is loaded later belongs to the page, too


def browser(settings: Settings) -> Iterator[Row]:
    """A 48 KB answer of Markdown, and the first page as a newcomer loads it."""
    from playwright.sync_api import sync_playwright

    count = settings.count(TOKENS, 1000)
    with Site(settings.folder / "browser", visitors=1) as site, sync_playwright() as driver:
        process = site.process()
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"))
        chromium.new_page().goto(process.url)  # the templates are compiled
        page = chromium.new_page()
        weight = _first_page(page, process.url)
        slow = page.context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.evaluate(_WATCH)
        measured = _stream(page, question(count, RATE) + " In Markdown.", count)
        chromium.close()
    figure = f"{weight['requests']} requests, with their heads"
    yield Row("the first page and all it loads, as it is sent", figure, weight["bytes"] / 1024, _most(150), "KB")
    yield Row("the first page can be typed in", "", weight["usable"] / 1000, _most(1), "s")
    frames, keys = measured["frames"], measured["keys"]
    ours = [script for _duration, script in frames]
    what = f"{measured['letters'] / 1024:.0f} KB stream at {SLOWER} × slow-down"
    yield Row(
        f"{what}: our script in a frame, at most",
        f"{len(ours)} frames over 50 ms",
        max(ours, default=0.0),
        _most(50),
        "ms",
    )
    handled = [processed for _duration, processed in keys]
    figure = f"{len(keys)} keys, until the next picture at most {max((k[0] for k in keys), default=0):.0f} ms"
    yield Row(f"{what}: a key is handled, at most", figure, max(handled, default=0.0), _most(50), "ms")


def _most(value: float) -> Target:
    return Target(value, at_least=False)


def _first_page(page: Any, url: str) -> dict[str, Any]:
    """As somebody sees it who was never here. The page stays open."""
    sent: list[float] = []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.add_init_script(_USABLE)
    page.goto(url)
    page.wait_for_selector("[data-picker]:not([hidden])")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_SECONDS * 1000)
    return {"bytes": sum(sent), "requests": len(sent), "usable": page.evaluate("window.usable")}


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
