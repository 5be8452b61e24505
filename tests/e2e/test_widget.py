"""The chat on a shop's page: another site, another origin, a real browser."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import jwt
import pytest
from playwright.sync_api import Frame, Page, expect
from scripted import ANSWER, Socket, wait_until
from test_accessibility import violations

from apps.chat.models import Conversation, Generation
from apps.core.actor import SYSTEM
from apps.widget.inboxes import inbox_save
from apps.widget.models import Inbox
from apps.widget.signing import secret_make

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]
OpenPage = Callable[..., Page]
HEAR = """() => {
    window.heard = [];
    for (const name of ["ready", "open", "close", "user", "refused", "needsUser"])
        parley.on(name, (detail) => heard.push([name, detail]));
}"""


class Shop(BaseHTTPRequestHandler):
    """One page at every address; the last part of the path is the inbox."""

    site = ""

    def do_GET(self) -> None:
        inbox = self.path.strip("/")
        script = f'<script async src="{self.site}/widget.js" data-inbox="{inbox}"></script>' if inbox else ""
        style = "<style>button { background: red; font-size: 60px } div { padding: 90px }</style>"
        head = f'<title>Shop</title>{style}<link rel="icon" href="data:,">{script}'
        page = f'<!doctype html><html lang="en"><head>{head}'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"{page}</head><body><main><h1>Lamps</h1></main></body></html>".encode())

    def log_message(self, *args: object) -> None:
        pass


class Everywhere(ThreadingHTTPServer):
    """At 127.0.0.1 and at ::1."""

    address_family = socket.AF_INET6


@pytest.fixture(scope="module")
def port(site: str) -> Iterator[int]:
    Shop.site = site
    server = Everywhere(("::", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


@pytest.fixture
def inbox(assistants: None, port: int) -> Iterator[Inbox]:
    """For pages at localhost, where the browser forbids the frame to store, and at another port of its own site."""
    origins = [f"http://localhost:{port}", f"http://127.0.0.1:{port}"]
    made = inbox_save(actor=SYSTEM, inbox_id=None, name="Shop", assistants=["shop"], origins=origins)
    yield made
    Conversation.objects.filter(inbox_id=made.pk).delete()
    made.delete()


@pytest.fixture
def shop(open_page: OpenPage, port: int, inbox: Inbox) -> Callable[..., Page]:
    def opened(host: str = "localhost", **options: object) -> Page:
        page = open_page(f"http://{host}:{port}/{inbox.pk}", fresh=True, bypass_csp=True, **options)
        page.wait_for_selector(".launcher")
        page.evaluate(HEAR)
        return page

    return opened


def chat_in(page: Page) -> Frame:
    """The frame, when its chat can be used."""
    field = page.frame_locator("iframe").locator("#question")
    expect(field).to_have_attribute("placeholder", "Ask Shop help")
    found = page.query_selector("iframe").content_frame()  # type: ignore[union-attr]
    assert found
    return found


def ask(chat: Frame, text: str = "Can I return it?") -> None:
    chat.fill("#question", text)
    chat.press("#question", "Enter")


def until_heard(page: Page, name: str) -> list:
    page.wait_for_function("(name) => heard.some(([heardName]) => heardName === name)", arg=name)
    return next(found for found in page.evaluate("heard") if found[0] == name)


def test_a_visitor_opens_it_asks_and_reads_the_sources_without_any_cookie(shop: Callable[..., Page]) -> None:
    sockets: list[Socket] = []
    page = shop(prepare=lambda page: sockets.append(Socket(page, "/ws/widget/")))
    page.click(".launcher")
    chat = chat_in(page)
    expect(page.locator(".launcher")).to_have_attribute("aria-expanded", "true")
    assert chat.evaluate("[window.name, document.cookie]") == ["", ""]
    ask(chat)
    hello, send = sockets[0].expect("hello"), sockets[0].expect("send")
    assert hello["token"] and hello["language"] == "en" and send["text"] == "Can I return it?"
    sockets[0].accept(send)
    sockets[0].events(send["generation"], *ANSWER)
    expect(chat.locator(".prose")).to_contain_text("You may return it within 30 days.")
    expect(chat.locator(".source")).to_contain_text("Returns")
    assert page.context.cookies() == []
    assert violations(chat) == [] and violations(page) == []  # type: ignore[arg-type]


def test_a_reload_keeps_the_conversation_and_leaving_ends_it(shop: Callable[..., Page], inbox: Inbox) -> None:
    page = shop("127.0.0.1")
    page.click(".launcher")
    chat = chat_in(page)
    ask(chat, "Where is my parcel?")
    expect(chat.locator("[data-title]")).to_have_text("Where is my parcel?")
    asked = Conversation.objects.get(inbox_id=inbox.pk)
    Generation.objects.filter(conversation=asked).update(status="stopped")
    page.reload()
    page.wait_for_selector(".launcher")
    page.click(".launcher")
    expect(page.frame_locator("iframe").locator(".question p")).to_have_text("Where is my parcel?")
    page.evaluate("parley.reset()")
    expect(page.frame_locator("iframe").locator(".picker")).to_be_visible()
    expect(page.frame_locator("iframe").locator(".question")).to_have_count(0)
    assert inbox.sessions.count() == 0 and page.context.cookies() == []


def test_a_visitor_deletes_all_and_is_offered_no_file_that_a_frame_cannot_fetch(
    shop: Callable[..., Page], inbox: Inbox
) -> None:
    page = shop("127.0.0.1")
    page.click(".launcher")
    chat = chat_in(page)
    ask(chat, "Where is my parcel?")
    expect(chat.locator("[data-title]")).to_have_text("Where is my parcel?")
    asked = Conversation.objects.filter(inbox_id=inbox.pk)
    assert asked.exists()
    page.clock.install()
    chat.click("[popovertarget=sidebar][aria-label=Conversations]")
    chat.click("[data-all-open]")
    expect(chat.get_by_role("button", name="Delete 1 conversation")).to_be_visible()
    expect(chat.get_by_text("Save as ZIP")).to_be_hidden()
    chat.click("[data-all-delete]")
    expect(chat.locator(".picker")).to_be_visible()
    page.clock.fast_forward(7000)
    wait_until(page, lambda: not asked.exists())


def test_a_page_of_another_origin_gets_neither_button_nor_frame(
    open_page: OpenPage, inbox: Inbox, port: int
) -> None:
    page = open_page("about:blank", fresh=True, noisy=True)
    warned: list[str] = []
    page.on("console", lambda message: warned.append(message.text))
    with page.expect_event("console", lambda message: "cannot be shown on" in message.text):
        page.goto(f"http://[::1]:{port}/{inbox.pk}")
    assert page.locator(".launcher").count() == 0
    page.evaluate(
        """(address) => new Promise((done) => {
            const frame = document.createElement("iframe");
            frame.src = address;
            frame.onload = done;
            document.body.append(frame);
        })""",
        f"{Shop.site}/widget/{inbox.pk}/",
    )
    wait_until(page, lambda: any("frame-ancestors" in text for text in warned))
    assert page.frame_locator("iframe").locator("#question").count() == 0


def test_who_the_site_names_is_found_again_and_nobody_else_sees_it(
    open_page: OpenPage, inbox: Inbox, port: int
) -> None:
    secret = secret_make(actor=SYSTEM, inbox_id=inbox.pk)

    def signed(subject: str, key: str = secret, minutes: float = 5) -> str:
        ends = datetime.now(UTC) + timedelta(minutes=minutes)
        claims = {"sub": subject, "name": subject.title(), "aud": str(inbox.pk), "exp": ends, "jti": uuid4().hex}
        return jwt.encode(claims, key, algorithm="HS256")

    page = open_page(f"http://localhost:{port}/{inbox.pk}", fresh=True, noisy=True)  # it tells of refusals
    page.wait_for_selector(".launcher")
    page.evaluate(HEAR)
    token = signed("alice")
    page.evaluate("(token) => parley.setUser(token)", token)
    assert until_heard(page, "user")[1] == {"name": "Alice"}
    page.click(".launcher")
    chat = chat_in(page)
    ask(chat, "Where is my parcel?")
    expect(chat.locator("[data-title]")).to_have_text("Where is my parcel?")
    Generation.objects.update(status="stopped")

    page.evaluate("(token) => parley.setUser(token)", signed("bob"))
    page.wait_for_function("heard.some(([name, { name: who }]) => name === 'user' && who === 'Bob')")
    bob = chat_in(page)
    expect(bob.locator("[data-conversations]")).to_contain_text("Your conversations will be listed here.")
    expect(bob.locator(".question")).to_have_count(0)

    refused = {"forged": signed("alice", "x" * 64), "expired": signed("alice", minutes=-5), "used": token}
    for bad in refused.values():
        page.evaluate("heard.length = 0")
        page.evaluate("(token) => parley.setUser(token)", bad)
        assert until_heard(page, "refused")[1]["code"] == "identity_refused"
        page.evaluate("parley.reset()")
        until_heard(page, "ready")

    page.evaluate("heard.length = 0")
    page.evaluate("(token) => parley.setUser(token)", signed("alice"))
    until_heard(page, "user")
    expect(chat_in(page).locator("[data-conversations]")).to_contain_text("Where is my parcel?")


def test_where_names_are_needed_the_site_is_asked_for_one(shop: Callable[..., Page], inbox: Inbox) -> None:
    Inbox.objects.update(anonymous=False)
    page = shop()
    page.click(".launcher")
    until_heard(page, "needsUser")
    chat_in(page)
    assert Conversation.objects.filter(inbox_id=inbox.pk).count() == inbox.sessions.count() == 0


def test_on_a_phone_it_fills_the_screen_and_its_own_button_closes_it(shop: Callable[..., Page]) -> None:
    page = shop(phone=True, theme="dark")
    page.click(".launcher")
    chat = chat_in(page)
    whole = {"x": 0, "y": 0, "width": 390, "height": 844}
    wait_until(page, lambda: page.locator("iframe").bounding_box() == whole)  # once it has risen
    expect(page.locator(".launcher")).to_be_hidden()
    assert violations(chat) == []  # type: ignore[arg-type]
    chat.click("[data-widget-close]")
    expect(page.locator(".launcher")).to_be_visible()
    expect(page.locator("iframe")).to_be_hidden()


def test_the_sites_styles_and_the_buttons_stay_apart_and_the_keyboard_works(shop: Callable[..., Page]) -> None:
    page = shop()
    look = page.locator(".launcher").evaluate("(node) => [getComputedStyle(node).fontSize, node.offsetHeight]")
    assert look == ["16px", 56]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(chat_in(page).locator("#question")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    assert (
        page.evaluate("document.querySelector('#parley-widget').shadowRoot.activeElement.className") == "launcher"
    )


def test_calls_before_it_has_loaded_are_done_then(shop: Callable[..., Page]) -> None:
    early = "(window.parley ||= []).push(['setLanguage', 'zh'], ['setColorScheme', 'dark'], ['open'])"
    page = shop(prepare=lambda page: page.add_init_script(f"if (self === top) {early}"))
    field = page.frame_locator("iframe").locator("#question")
    expect(field).to_have_attribute("placeholder", "向商店客服提问")
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("data-theme", "dark")


def test_a_frame_that_is_never_done_with_loading_is_spoken_to(shop: Callable[..., Page]) -> None:
    page = shop(prepare=lambda page: page.route("**/icons.svg", lambda route: None))
    page.evaluate("parley.open()")
    until_heard(page, "ready")


def test_what_other_windows_say_is_not_heard(shop: Callable[..., Page]) -> None:
    page = shop()
    page.click(".launcher")
    chat = chat_in(page)
    page.evaluate("postMessage({ parley: 1, type: 'refused', code: 'x', message: 'forged' }, '*')")
    page.evaluate(
        """() => {
            const frame = document.querySelector("#parley-widget").shadowRoot.querySelector("iframe");
            frame.contentWindow.postMessage({ parley: 1, type: "scheme", scheme: "dark", more: 1 }, "*");
            frame.contentWindow.postMessage({ parley: 1, type: "scheme" }, "*");
        }"""
    )
    chat.evaluate("postMessage({ parley: 1, type: 'scheme', scheme: 'dark' }, '*')")
    page.evaluate("parley.setColorScheme('light')")
    expect(chat.locator("html")).to_have_attribute("data-theme", "light")
    assert "refused" not in [name for name, _detail in page.evaluate("heard")]
