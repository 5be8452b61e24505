"""Who leaves while the widget's connection is only being made leaves without a fault."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from scripted import wait_until
from test_widget import ask, chat_in, inbox, port, shop  # noqa: F401  (fixtures, too)

from apps.chat.models import Generation
from apps.widget.models import Inbox

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]
OPENS_LATE = """globalThis.WebSocket = class extends WebSocket {
    addEventListener(name, heard) {
        if (name === "open") this.opened = heard;
        globalThis.late = this;
        super.addEventListener(name, name === "open" ? () => (this.isThere = true) : heard);
    }
}"""


def test_a_connection_that_opens_behind_the_sessions_end_is_no_fault(
    shop: Callable[..., Page],  # noqa: F811
    inbox: Inbox,  # noqa: F811
) -> None:
    page = shop("127.0.0.1")
    page.click(".launcher")
    chat = chat_in(page)
    ask(chat, "Where is my parcel?")
    expect(chat.locator("[data-title]")).to_have_text("Where is my parcel?")
    Generation.objects.filter(conversation__inbox_id=inbox.pk).update(status="stopped")
    page.context.add_init_script(OPENS_LATE)
    page.reload()
    page.wait_for_selector(".launcher")
    page.click(".launcher")
    chat = chat_in(page)
    expect(chat.locator(".question p")).to_have_text("Where is my parcel?")
    wait_until(page, lambda: chat.evaluate("globalThis.late?.isThere"))
    held: list[Route] = []
    page.route("**/session/", lambda route: held.append(route))  # noqa: PLW0108  (a built-in cannot be a handler)
    page.evaluate("parley.reset()")
    wait_until(page, lambda: held)
    chat.evaluate("late.opened()")
    held[0].continue_()
    expect(page.frame_locator("iframe").locator(".picker")).to_be_visible()
    assert inbox.sessions.count() == 0
