"""What was typed and not yet taken by the server."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import ANSWER, Socket
from test_chat_page import ask

from apps.accounts.models import User

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


def test_a_draft_outlives_a_reload(chat: Chat) -> None:
    page, socket = chat()
    page.fill("#question", "half a que")
    page.reload()
    expect(page.locator("#question")).to_have_value("half a que")
    ask(page, socket, "half a question")
    page.wait_for_url("**/c/**")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))") == []


def test_a_reload_at_the_moment_of_sending_shows_the_conversation_and_asks_once(chat: Chat) -> None:
    page, socket = chat(fresh=True)
    page.click("text=Product support")
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    page.reload()
    expect(page.locator(".question p")).to_have_text("Can I return it?")
    expect(page.locator("#question")).to_have_value("")
    assert socket.expect("send", 2) == send and send["assistant"] == "products"
    socket.accept(send)
    socket.events(send["generation"], *ANSWER)
    expect(page.locator(".prose")).to_have_text("You may return it within 30 days.\u20601")
    expect(page).to_have_url(re.compile(f"/c/{send['conversation']}/$"))
    page.goto("/")
    expect(page.locator(".picker")).to_be_visible()
    expect(page.locator("#question")).to_have_value("")
    assert len(socket.of_type("send")) == 2


def test_a_question_that_is_taken_while_the_page_is_loaded_anew_is_shown_there(chat: Chat) -> None:
    page, socket = chat(fresh=True)
    send = ask(page, socket)
    page.wait_for_url("**/c/**")
    page.evaluate(
        "history.replaceState(null, '', '/')"
    )  # where the reload went before the answer to the sending came
    page.reload()
    assert socket.expect("send", 2) == send
    socket.accept(send)
    socket.events(send["generation"], *ANSWER)
    expect(page.locator(".prose")).to_have_text("You may return it within 30 days.\u20601")
    expect(page).to_have_url(re.compile(f"/c/{send['conversation']}/$"))
    page.click(".sidebar-new")
    page.reload()
    expect(page.locator(".picker")).to_be_visible()
    assert len(socket.of_type("send")) == 2


def test_a_question_that_was_refused_is_not_asked_again_by_a_reload(chat: Chat) -> None:
    page, socket = chat(fresh=True)
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.say({"type": "error", "ref": send["message"], "code": "busy", "message": "Too many at once."})
    expect(page.locator(".answer-note, .notice.danger")).to_contain_text("Too many at once.")
    page.reload()
    expect(page.locator(".picker")).to_be_visible()
    expect(page.locator("#question")).to_have_value("Can I return it?")
    assert len(socket.of_type("send")) == 1


def test_each_conversation_has_its_own_draft(chat: Chat) -> None:
    page, socket = chat(fresh=True)
    ask(page, socket)
    page.wait_for_url("**/c/**")
    page.fill("#question", "and then?")
    page.click(".sidebar-new")
    expect(page.locator("#question")).to_have_value("")
    page.fill("#question", "something new")
    page.reload()
    expect(page.locator("#question")).to_have_value("something new")


def test_a_draft_is_there_in_another_tab_and_gone_when_it_was_sent_here(chat: Chat) -> None:
    page, socket = chat(fresh=True)
    page.fill("#question", "half a que")
    other = page.context.new_page()
    other.goto("/")
    expect(other.locator("#question")).to_have_value("half a que")
    other.evaluate("document.hasFocus = () => false")
    ask(page, socket, "half a question")
    expect(other.locator("#question")).to_have_value("")


def test_the_draft_of_one_person_is_not_shown_to_the_next(chat: Chat) -> None:
    page, _ = chat(fresh=True)
    page.evaluate("localStorage.setItem('draft:somebody:new', 'private')")
    page.reload()
    expect(page.locator("#question")).to_have_value("")


def test_who_has_signed_out_leaves_nothing_typed_behind(
    open_page: Callable[..., Page], customer: tuple[User, str]
) -> None:
    page = open_page("/", session=customer[1], fresh=True)
    page.fill("#question", "my salary is")
    page.context.clear_cookies()
    page.goto("/")
    expect(page.locator("#question")).to_have_value("")
    assert "salary" not in page.evaluate("JSON.stringify(localStorage)")
    page.fill("#question", "a visitor's secret")
    page.context.clear_cookies()  # the visitor's session is over
    page.goto("/")
    expect(page.locator("#question")).to_have_value("")
    assert "secret" not in page.evaluate("JSON.stringify(localStorage)")
