"""Every state of the customer's page, opened one after the other: axe finds nothing, nothing sticks out sideways.

With PICTURES=folder each is kept as a picture, to be looked at.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from scripted import PASSAGE, TEXT, Frame, Socket, delta, end, source
from test_accessibility import violations
from test_images import photo

from apps.chat.models import Assistant, Share

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants", "seeing_model")]

Chat = Callable[..., tuple[Page, Socket]]
LOOKS = [
    ("en-GB", "light", False),
    ("zh-CN", "dark", False),
    ("zh-CN", "light", True),
    ("en-GB", "dark", True),
]
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
WRITING = [{"kind": "status", "status": "reading", "passages": 4}, delta("You may return")]


@pytest.fixture
def helpful(assistants: None) -> Iterator[None]:
    """Offers a person, and says something below its answers."""
    columns = {"handover": True, "notice": "No advice. Ask a doctor.", "notice_zh": "仅供参考，请咨询医生。"}
    Assistant.objects.filter(slug="shop").update(**columns)
    yield


class Walk:
    """One page led through its states."""

    def __init__(self, page: Page, socket: Socket, look: tuple[str, str, bool]) -> None:
        self.page, self.socket, self.asked = page, socket, 0
        self.name = f"{look[0][:2]}-{look[1]}-{'phone' if look[2] else 'wide'}"

    def seen(self, state: str) -> None:
        if folder := os.environ.get("PICTURES"):
            self.page.wait_for_timeout(250)
            self.page.screenshot(path=str(Path(folder) / f"{state}-{self.name}.png"))
        assert [state, *violations(self.page)] == [state]
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), state

    def ask(self, text: str, *events: Frame) -> Frame:
        self.asked += 1
        self.page.fill("#question", text)
        self.page.press("#question", "Enter")
        send = self.socket.expect("send", self.asked)
        self.socket.accept(send, title="Returns")
        self.socket.events(send["generation"], *events)
        return send


def passage(route: Route) -> None:
    body = {"id": PASSAGE, "title": "Returns", "heading": "Change of mind", "text": TEXT, "language": "en"}
    route.fulfill(json={**body, "before": "Keep the slip.", "after": None, "document": "returns.md"})


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_nothing_is_wrong_in_any_state(chat: Chat, helpful: None, look: tuple[str, str, bool]) -> None:
    language, theme, phone = look
    page, socket = chat(language=language, theme=theme, phone=phone, bypass_csp=True)
    walk = Walk(page, socket, look)
    walk.seen("empty")
    _before_the_first_question(walk)
    _answers(walk)
    _what_opens(walk)
    _people(walk)


def _before_the_first_question(walk: Walk) -> None:
    page = walk.page
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("[data-shortcuts]")).to_be_visible()
    walk.seen("shortcuts")
    page.keyboard.press("Escape")
    page.evaluate(
        """() => { const carried = new DataTransfer(); carried.items.add(new File([""], "a.md"));
            dispatchEvent(new DragEvent("dragenter", { dataTransfer: carried })); }"""
    )
    walk.seen("drop")
    page.evaluate("() => dispatchEvent(new DragEvent('drop', { dataTransfer: new DataTransfer() }))")
    page.locator("[data-drop]").evaluate("veil => veil.hidden = true")
    wrong = {"name": "a rather long name of a programme that nobody reads.exe", "mimeType": "a/b", "buffer": b"MZ"}
    page.set_input_files("[data-file-input]", [photo(), wrong])
    expect(page.locator(".image-chip[data-state=ready]")).to_be_visible()
    walk.seen("files")


def _answers(walk: Walk) -> None:
    page, socket = walk.page, walk.socket
    send = walk.ask("Can I return it? " + LONG, {"kind": "status", "status": "searching"})
    page.wait_for_selector(".answer-status:not(:empty)")
    walk.seen("searching")
    page.fill("#question", "And what about shades?")
    page.press("#question", "Enter")
    expect(page.locator("[data-queue] li")).to_have_count(1)
    socket.events(send["generation"], *WRITING, first=2)
    page.wait_for_selector(".prose p")
    walk.seen("writing")
    page.click("[data-queue] button")
    socket.events(send["generation"], source(), delta(f" it within 30 days. [1] {LONG}"), end(), first=4)
    expect(page.locator(".answer-notice")).to_be_visible()
    walk.seen("answered")
    page.route("**/rating/", lambda route: route.fulfill(json={"value": -1, "reason": "", "comment": ""}))
    page.locator(".answer-actions [aria-pressed]").last.click()
    expect(page.locator(".rating-form")).to_be_visible()
    walk.seen("rating")
    page.locator(".rating-form button[type=button]").click()
    page.locator(".question-actions button").last.click()
    expect(page.locator(".question textarea")).to_be_visible()
    walk.seen("rewording")
    page.keyboard.press("Escape")
    walk.ask("Second?", end("error", message="The language model cannot be reached at the moment."))
    walk.ask("Third?", delta("You may"), end("interrupted", message="The answer broke off."))
    walk.ask("Fourth?", delta("You may return"), end("stopped"))
    page.wait_for_selector(".answer-note")
    walk.seen("broken")


def _what_opens(walk: Walk) -> None:
    page = walk.page
    page.route("**/api/knowledge/passages/**", passage)
    page.locator(".source").first.click()
    page.wait_for_selector(".source-panel mark")
    walk.seen("source")
    page.keyboard.press("Escape")
    page.locator(".question .image-button").first.click()
    expect(page.locator(".image-view img")).to_be_visible()
    walk.seen("image")
    page.keyboard.press("Escape")
    if narrow := page.locator(".chat-bar [popovertarget=sidebar]").is_visible():
        page.locator(".chat-bar [popovertarget=sidebar]").click()
    page.locator(".conversation-list li").first.hover()
    page.locator(".conversation-list li button").first.click()
    expect(page.locator(".row-menu")).to_be_visible()
    walk.seen("menu")
    share = {
        "id": PASSAGE,
        "address": "https://parley.example/s/abcdefghijkl",
        "created_at": "2026-01-01T00:00:00Z",
    }
    page.route("**/shares/", lambda route: route.fulfill(json={"shares": [share]}))
    page.locator(".row-menu .menu-item").nth(2).click()
    expect(page.locator(".share-list li")).to_have_count(1)
    walk.seen("share")
    page.keyboard.press("Escape")
    if narrow:
        page.keyboard.press("Escape")
        page.evaluate("document.querySelector('#sidebar:popover-open')?.hidePopover()")


def _people(walk: Walk) -> None:
    page, socket = walk.page, walk.socket
    walk.asked += 1
    page.fill("#question", "I want to talk to somebody.")
    page.press("#question", "Enter")
    send = socket.expect("send", walk.asked)
    same = {name: send[name] for name in ("message", "generation", "conversation")}
    standing = {"state": "waiting", "name": None}
    socket.say({"type": "accepted", **same, "title": "Returns", "standing": standing})
    expect(page.locator("[data-person][data-state=waiting]")).to_be_visible()
    walk.seen("waiting")
    page.route_web_socket("**/ws/chat/", lambda route: route.close())
    socket.drop()
    expect(page.locator("[data-connection]")).to_be_visible()
    walk.seen("offline")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_nothing_is_wrong_in_a_shared_conversation(
    open_page: Callable[..., Page], look: tuple[str, str, bool]
) -> None:
    language, theme, phone = look
    excerpt = {"number": 1, "title": "Returns", "heading": "Change of mind", "excerpt": TEXT}
    answer = {
        "role": "assistant",
        "text": f"Within 30 days. [1] {LONG}",
        "sources": [excerpt],
        "notice": "No advice.",
    }
    pairs = {"kind": "paragraphs", "texts": ["Your lamp is ready.", LONG]}
    translation = {"role": "assistant", "text": "您的灯可以取了。\n\n好。", "sources": [], "notes": [pairs]}
    messages = [{"role": "user", "text": "Can I return it?", "images": 2}, answer, {"role": "user", "text": LONG}]
    content = {
        "title": "Returns",
        "assistant": "Shop",
        "assistant_zh": "商店",
        "messages": [*messages, translation],
    }
    assistant = Assistant.objects.get(slug="shop")
    conversation = assistant.conversations.create(title="Returns", language="en")
    share = Share.objects.create(conversation=conversation, token=f"state{language}{theme}{phone}", content=content)
    page = open_page(f"/s/{share.token}/", language=language, theme=theme, phone=phone, bypass_csp=True)
    expect(page.locator(".pairs li")).to_have_count(2)
    Walk(page, Socket(page, "/none/"), look).seen("shared")
