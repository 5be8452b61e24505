"""What is done often can be done with keys, and a sheet lists them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import ANSWER, Socket, delta

from apps.chat.models import Assistant, Conversation

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


def ask(page: Page, socket: Socket, *events: dict) -> None:
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], *events)


def test_a_question_mark_shows_the_sheet_but_not_while_somebody_types(chat: Chat) -> None:
    page, _ = chat()
    sheet = page.locator("[data-shortcuts]")
    page.focus("#question")
    page.keyboard.type("really?")
    expect(page.locator("#question")).to_have_value("really?")
    expect(sheet).to_be_hidden()
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    expect(sheet.locator("dd").nth(0)).to_have_text("CtrlShiftO")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_the_sheet_opens_from_the_menu_and_speaks_chinese(chat: Chat) -> None:
    page, _ = chat(language="zh-CN")
    page.click(".account-line summary")
    page.click("[data-shortcuts-open]")
    expect(page.locator("#shortcuts-title")).to_have_text("键盘快捷键")
    expect(page.locator("[data-shortcuts] dt").first).to_have_text("新对话")
    page.keyboard.press("Escape")
    expect(page.locator(".account-line summary")).to_be_focused()


def test_on_apples_machines_the_keys_are_theirs(chat: Chat) -> None:
    page, _ = chat()
    apple = page.evaluate(
        """async () => {
            Object.defineProperty(navigator, "platform", { value: "MacIntel", configurable: true });
            const { keysOf, actionOf } = await import("/static/js/chat/page/shortcut_keys.js?apple");
            const pressed = { key: "k", code: "KeyK", metaKey: true, ctrlKey: false };
            const control = { ...pressed, ctrlKey: true, metaKey: false };
            return [keysOf("new"), keysOf("next"), actionOf(pressed), actionOf(control) ?? null];
        }"""
    )
    assert apple == [["⌘", "⇧", "O"], ["⌥", "↓"], "search", None]


def test_escape_stops_an_answer_but_first_closes_what_is_open(chat: Chat) -> None:
    page, socket = chat()
    ask(page, socket, delta("You may"))
    expect(page.locator(".prose")).to_have_text("You may")
    page.click(".account-line summary")
    page.keyboard.press("Escape")
    assert socket.of_type("stop") == []
    page.locator("#main").focus()
    page.keyboard.press("Escape")
    assert socket.expect("stop")["seen_chars"] == len("You may")


def test_the_last_answer_is_copied_and_the_last_question_edited(chat: Chat) -> None:
    page, socket = chat()
    page.keyboard.press("Control+Shift+C")
    page.keyboard.press("Control+Shift+E")
    ask(page, socket, *ANSWER)
    expect(page.locator(".answer-foot")).to_be_visible()
    page.keyboard.press("Control+Shift+C")
    expect(page.locator(".toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("[1] Returns")
    page.keyboard.press("Control+Shift+E")
    expect(page.locator(".question textarea")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".question textarea")).to_have_count(0)


def test_a_new_conversation_the_question_the_search_the_column_and_the_theme_have_keys(chat: Chat) -> None:
    page, socket = chat(fresh=True)
    ask(page, socket, *ANSWER)
    page.wait_for_url("**/c/**")
    page.keyboard.press("Control+Shift+O")
    expect(page.locator(".picker")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("[data-history-search]")).to_be_focused()
    page.keyboard.press("Shift+Escape")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("Control+Shift+S")
    expect(page.locator("#sidebar")).to_be_hidden()
    page.reload()
    expect(page.locator("#sidebar")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("[data-history-search]")).to_be_focused()
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("Control+Shift+L")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".toast").last).to_have_text("Appearance: dark")


def test_the_column_is_put_away_and_brought_back_by_buttons_too(chat: Chat) -> None:
    page, _ = chat(fresh=True)
    page.click("[data-sidebar-toggle=away]")
    expect(page.locator("#sidebar")).to_be_hidden()
    expect(page.locator("[data-sidebar-toggle=back]")).to_be_focused()
    page.click("[data-sidebar-toggle=back]")
    expect(page.locator("#sidebar")).to_be_visible()


def test_keys_step_through_the_conversations(chat: Chat) -> None:
    page, _ = chat()
    same = {"assistant": Assistant.objects.get(slug="shop"), "language": "en", "visitor_id": visitor_of(page)}
    for title in ("Older", "Newer"):
        Conversation.objects.create(title=title, **same)
    page.reload()
    title = page.locator("[data-title]")
    for keys, shown in [("Down", "Newer"), ("Down", "Older"), ("Down", "Older"), ("Up", "Newer")]:
        page.keyboard.press(f"Alt+Arrow{keys}")
        expect(title).to_have_text(shown)


def visitor_of(page: Page) -> str:
    from django.contrib.sessions.models import Session

    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    return Session.objects.get(pk=key).get_decoded()["visitor_id"]


def test_no_shortcut_works_while_an_input_method_composes(chat: Chat) -> None:
    page, socket = chat()
    ask(page, socket, delta("You may"))
    expect(page.locator(".prose")).to_have_text("You may")
    page.focus("#question")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    for keys in ("Escape", "Control+Shift+O", "Control+Shift+S"):
        page.keyboard.press(keys)
    assert socket.of_type("stop") == []
    expect(page.locator("#sidebar")).to_be_visible()
    expect(page.locator(".prose")).to_have_text("You may")
