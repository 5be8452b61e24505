"""The server's side of the chat's socket, played by a test: it keeps what the page sends and says what it likes.

And what tests wait for.
"""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Request, WebSocketRoute, expect

Frame = dict[str, Any]
PATIENCE = 20.0  # seconds that a busy machine is given: what happens happens in a fraction of it


class Socket:
    """Every connection of one page. Frames go to the newest one."""

    def __init__(self, page: Page, path: str = "/ws/chat/") -> None:
        self.page = page
        self.connections: list[WebSocketRoute] = []
        self.frames: list[Frame] = []
        page.route_web_socket(f"**{path}", self.opened)

    def opened(self, connection: WebSocketRoute) -> None:
        connection.on_message(lambda text: self.frames.append(json.loads(text)))
        self.connections.append(connection)

    def of_type(self, kind: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == kind]

    def expect(self, kind: str, count: int = 1) -> Frame:
        """Waits for the `count`-th frame of this type."""
        wait_until(self.page, lambda: len(self.of_type(kind)) >= count)
        return self.of_type(kind)[count - 1]

    def say(self, frame: Frame) -> None:
        wait_until(self.page, lambda: bool(self.connections))
        self.connections[-1].send(json.dumps(frame))

    def accept(self, send: Frame, title: str = "Returns") -> None:
        same = {name: send[name] for name in ("message", "generation", "conversation")}
        self.say({"type": "accepted", **same, "title": title})

    def events(self, generation: str, *events: Frame, first: int = 1) -> None:
        for seq, event in enumerate(events, first):
            self.say({"type": "event", "generation": generation, "seq": seq, "event": event})

    def drop(self) -> None:
        self.connections[-1].close(code=1011)


class Tab:
    """One page that goes from address to address, and looks at each once all that it asks for has come."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.under_way: set[Request] = set()
        page.on("request", lambda request: self.under_way.add(request))  # noqa: PLW0108  (no built-in can be a handler)
        for end in ("requestfinished", "requestfailed"):
            page.on(end, lambda request: self.under_way.discard(request))  # noqa: PLW0108

    def visit(self, path: str) -> Page:
        self.page.goto(path)
        self.page.evaluate(TWO_PICTURES)  # what a page asks for by itself it asks for by then
        wait_until(self.page, lambda: not self.under_way)
        self.page.evaluate(TWO_PICTURES)
        return self.page


TWO_PICTURES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def wait_until(page: Page, true: Callable[[], object]) -> None:
    for _ in range(int(PATIENCE * 100)):
        if true():
            return
        page.wait_for_timeout(10)
    raise AssertionError("it did not happen in time")


def onward(link: Locator) -> None:
    """Clicks it, and waits until the page that it leads to is loaded: its scripts hear what is done there next."""
    link.page.evaluate("document.documentElement.dataset.left = ''")
    link.click()
    expect(link.page.locator("html[data-left]")).to_have_count(0)
    link.page.wait_for_load_state()


PASSAGE = "11111111-1111-4111-8111-111111111111"
TEXT = "You may return it within 30 days.\nIt must be unused. Made-to-measure shades stay yours."


def delta(text: str) -> Frame:
    return {"kind": "delta", "text": text}


def source(number: int = 1) -> Frame:
    excerpt = "You may return it within 30 days."
    return {
        "kind": "source",
        "number": number,
        "passage": PASSAGE,
        "title": "Returns",
        "heading": "",
        "excerpt": excerpt,
    }


def end(status: str = "done", outcome: str = "answered", message: str | None = None) -> Frame:
    ended = {"kind": "end", "status": status, "outcome": outcome, "code": None, "message": message}
    return {**ended, "confidence": 0.9, "message_id": "22222222-2222-4222-8222-222222222222"}


ANSWER = [
    {"kind": "status", "status": "searching"},
    {"kind": "status", "status": "reading", "passages": 4},
    {"kind": "status", "status": "answering"},
    source(),
    delta("You may return it within 30 days. [1]"),
    end(),
]
