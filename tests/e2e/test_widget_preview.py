"""The widget's page shows the widget itself, as the form beside it sets it up."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from scripted import ANSWER, Socket, wait_until
from test_accessibility import violations

from apps.chat.models import Assistant
from apps.core.actor import SYSTEM
from apps.widget.inboxes import inbox_save
from apps.widget.models import Inbox

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]
OpenPage = Callable[..., Page]


@pytest.fixture
def inbox(assistants: None) -> Iterator[Inbox]:
    made = inbox_save(
        actor=SYSTEM, inbox_id=None, name="Shop", assistants=["shop"], origins=["https://shop.example"], label="Ask"
    )
    yield made
    made.delete()


def test_the_widget_follows_the_form_and_takes_no_focus_from_it(
    operator: str, inbox: Inbox, open_page: OpenPage
) -> None:
    page = open_page(f"/console/widgets/{inbox.pk}/", session=operator, bypass_csp=True)
    stage = page.frame_locator("[data-stage-frame]")
    chat = stage.frame_locator("iframe")
    expect(chat.locator(".assistant h2")).to_have_text("Shop help")
    page.fill("#accent", "#b4540a")
    page.select_option("#side", "left")
    page.focus("#greeting")
    page.keyboard.type("Good evening")
    expect(chat.locator(".picker h1")).to_have_text("Good evening")
    expect(page.locator("#greeting")).to_be_focused()
    host = stage.locator("#parley-widget")
    look = "host => [host.style.getPropertyValue('--accent'), host.style.left]"
    wait_until(page, lambda: host.evaluate(look) == ["#b4540a", "20px"])
    assert violations(page) == []
    page.fill("#origins", "*")
    expect(page.locator("[data-stage-wrong]")).to_contain_text("is no address of a site")
    inbox.refresh_from_db()
    assert inbox.greeting == ""


def test_a_question_in_the_preview_is_a_trial(operator: str, inbox: Inbox, open_page: OpenPage) -> None:
    sockets: list[Socket] = []
    page = open_page(
        f"/console/widgets/{inbox.pk}/", session=operator, prepare=lambda page: sockets.append(Socket(page))
    )
    chat = page.frame_locator("[data-stage-frame]").frame_locator("iframe")
    expect(chat.locator(".assistant h2")).to_have_text("Shop help")
    chat.locator("#question").fill("Can I return it?")
    chat.locator("#question").press("Enter")
    send = sockets[0].expect("send")
    assert Assistant.with_trials.get(slug=send["assistant"]).editor is not None
    sockets[0].accept(send)
    sockets[0].events(send["generation"], *ANSWER)
    expect(chat.locator(".prose")).to_contain_text("You may return it within 30 days.")


def test_on_a_phone_the_new_widget_is_shown_in_its_own_tab(operator: str, open_page: OpenPage) -> None:
    page = open_page(
        "/console/widgets/new/", session=operator, phone=True, language="zh-CN", theme="dark", bypass_csp=True
    )
    page.get_by_role("button", name="访客看到的样子").click()
    expect(page.locator("[data-stage-hint]")).to_be_visible()
    page.get_by_role("button", name="设置").click()
    page.fill("#name", "商店")
    page.get_by_label("商店客服").check()
    page.fill("#origins", "https://shop.example")
    page.get_by_role("button", name="访客看到的样子").click()
    stage = page.frame_locator("[data-stage-frame]")
    expect(stage.frame_locator("iframe").locator(".assistant h2")).to_have_text("商店客服")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
