"""Asking and reading, as a customer does it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import ANSWER, Socket, delta, end, source

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]


Chat = Callable[..., tuple[Page, Socket]]


def ask(page: Page, socket: Socket, text: str = "Can I return it?", count: int = 1) -> dict[str, str]:
    page.fill("#question", text)
    page.press("#question", "Enter")
    send = socket.expect("send", count)
    socket.accept(send)
    return send


def test_a_question_is_answered_with_its_source(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    assert send["text"] == "Can I return it?" and send["assistant"] == "shop"
    socket.events(send["generation"], *ANSWER[:2])
    expect(page.locator(".answer-status")).to_have_text("Reading 4 passages")
    socket.events(send["generation"], {"kind": "status", "status": "loading"}, first=3)
    expect(page.locator(".answer-status")).to_have_text("The model is being loaded")
    socket.events(send["generation"], *ANSWER[2:], first=4)
    expect(page.locator(".prose")).to_have_text("You may return it within 30 days.\u20601")
    expect(page.locator(".support")).to_have_text("A good match for your question")
    expect(page.locator("[data-live]")).to_have_text("The answer is complete")
    expect(page).to_have_url(re.compile(f"/c/{send['conversation']}/$"))
    expect(page.locator(".conversation-list a[aria-current=page]")).to_have_text("Returns")


def test_a_click_on_a_starter_asks_its_assistant(chat: Chat) -> None:
    page, socket = chat()
    page.click("text=Product support")
    expect(page.locator("#question")).to_have_attribute("placeholder", "Ask Product support")
    page.click(".starters >> text=Can I return it?")
    assert socket.expect("send")["assistant"] == "shop"


def test_enter_while_an_input_method_composes_does_not_send(chat: Chat) -> None:
    page, socket = chat()
    page.focus("#question")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "你好", "selectionStart": 2, "selectionEnd": 2})
    page.keyboard.press("Enter")
    keyboard.send("Input.insertText", {"text": "你好"})
    page.evaluate(
        """() => {
            const field = document.querySelector("#question");
            const enter = (values) => field.dispatchEvent(
                new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...values }));
            enter({ keyCode: 229 });
            enter({ isComposing: true });
            field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
            enter({ keyCode: 13 });  // Safari's late Enter
        }"""
    )
    page.wait_for_timeout(100)
    assert socket.of_type("send") == []
    page.press("#question", "Enter")
    assert socket.expect("send")["text"] == "你好"


def test_shift_enter_breaks_the_line_and_the_field_grows_to_eight(chat: Chat) -> None:
    page, socket = chat()
    field = page.locator("#question")
    field.focus()
    heights = []
    for line in range(12):
        page.keyboard.type(f"line {line}")
        page.keyboard.press("Shift+Enter")
        box = field.bounding_box()
        assert box
        heights.append(round(box["height"]))
    assert field.input_value().startswith("line 0\nline 1\n")
    assert heights[0] < heights[5] < heights[7] == heights[11] == 8 * 24 + 20
    assert socket.of_type("send") == []


def test_stop_keeps_exactly_what_was_seen(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.events(
        send["generation"], source(), delta("You may return 😀 it")
    )  # a space at its end would not be seen
    expect(page.locator(".prose")).to_have_text("You may return 😀 it")
    page.click("[data-stop]")
    stop = socket.expect("stop")
    assert stop == {
        "type": "stop",
        "generation": send["generation"],
        "seen_chars": len("You may return xx it"),
    }
    kept = {"kept_chars": stop["seen_chars"]}
    socket.events(send["generation"], delta(" within 30 days."), end("stopped") | kept, first=3)
    expect(page.locator(".answer-note p")).to_have_text("You stopped this answer.")
    expect(page.locator(".prose")).to_have_text("You may return 😀 it")
    expect(page.locator("[data-send]")).to_be_visible()


def test_a_stop_in_another_tab_leaves_here_what_a_reload_would_show(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.events(send["generation"], source(), delta("You may return it. [1]"))
    expect(page.locator(".prose")).to_contain_text("return it.")
    socket.events(send["generation"], end("stopped") | {"kept_chars": len("You may")}, first=3)
    expect(page.locator(".prose")).to_have_text("You may")
    expect(page.locator(".source-list")).to_have_count(0)


def test_an_answer_that_was_deleted_elsewhere_says_so(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.events(send["generation"], delta("You may"))
    socket.say({"type": "error", "ref": send["generation"], "code": "not_found", "message": "It was deleted."})
    expect(page.locator(".notice p")).to_have_text("It was deleted.")
    expect(page.locator("[data-send]")).to_be_visible()


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (end("error", message="The model cannot be reached."), "The model cannot be reached."),
        (end("interrupted"), "This answer was interrupted before it was complete."),
    ],
)
def test_an_answer_that_failed_says_why_and_can_be_asked_again(chat: Chat, ending: dict, words: str) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.events(send["generation"], delta("You may"), ending)
    expect(page.locator(".notice p")).to_have_text(words)
    page.click("text=Ask again")
    again = socket.expect("again")
    assert again["message"] == send["message"] and again["generation"] != send["generation"]


@pytest.mark.parametrize("ending", [end("interrupted"), end("stopped") | {"kept_chars": len("You may")}])
def test_an_answer_that_was_broken_off_goes_on_in_its_place(chat: Chat, ending: dict) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.events(send["generation"], delta("You may"), ending)
    page.click("text=Continue")
    further = socket.expect("continue")
    assert (further["continued"], further["message"]) == (send["generation"], send["message"])
    expect(page.locator(".prose")).to_have_text("You may")
    socket.accept(further)
    kept = {"kind": "kept", "text": "You may", "sources": []}
    socket.events(further["generation"], kept, source(), delta(" return it. [1]"), end())
    expect(page.locator(".prose")).to_have_text("You may return it.\u20601")
    expect(page.locator(".answer")).to_have_count(1)
    expect(page.locator(".answer-note, .notice")).to_have_count(0)


def test_an_answer_that_may_not_go_on_yet_stays_as_it_was(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.events(send["generation"], delta("You may"), end("interrupted"))
    page.click("text=Continue")
    further = socket.expect("continue")
    socket.say({"type": "error", "ref": further["generation"], "code": "too_many", "message": "Wait 20 seconds."})
    expect(page.locator(".notice p")).to_have_text("Wait 20 seconds.")
    expect(page.locator(".prose")).to_have_text("You may")
    page.click("text=Continue")
    assert socket.expect("continue", 2)["continued"] == send["generation"]


def test_a_refused_question_leaves_nothing_behind_when_asked_again(chat: Chat) -> None:
    page, socket = chat()
    page.fill("#question", "Hello")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.say({"type": "error", "ref": send["message"], "code": "too_many", "message": "Wait 20 seconds."})
    expect(page.locator(".notice p")).to_have_text("Wait 20 seconds.")
    page.click("text=Ask again")
    socket.expect("send", 2)
    expect(page.locator(".question")).to_have_count(1)


def test_a_declined_answer_is_calm(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket, "Who won in 1998?")
    socket.events(send["generation"], delta("The documents do not say."), end(outcome="declined"))
    expect(page.locator(".answer-foot")).to_be_visible()
    assert page.locator(".support, .notice, .source-list").count() == 0


def test_the_page_speaks_chinese(chat: Chat) -> None:
    page, socket = chat(language="zh-CN")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(".picker h1")).to_have_text("想了解什么？")
    send = ask(page, socket, "可以退货吗？")
    socket.events(send["generation"], *ANSWER[:2])
    expect(page.locator(".answer-status")).to_have_text("正在阅读 4 个段落")
    socket.events(send["generation"], *ANSWER[2:], first=3)
    expect(page.locator(".support")).to_have_text("与您的问题相符")


def test_the_language_is_switched_on_the_page(chat: Chat) -> None:
    page, _ = chat()
    page.click(".account-line summary")
    page.click("text=中文")
    expect(page.locator(".picker h1")).to_have_text("想了解什么？")


def test_the_chosen_theme_stays(chat: Chat) -> None:
    page, _ = chat(fresh=True)
    page.click(".account-line summary")
    page.click("[data-theme-choice=dark]")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_css("background-color", "rgb(18, 20, 22)")


def test_a_conversation_says_whom_one_talks_to_and_the_first_page_does_not(chat: Chat) -> None:
    page, socket = chat()
    expect(page.locator("[data-with]")).to_be_hidden()
    ask(page, socket)
    expect(page.locator(".chat-bar")).to_contain_text("Shop help")
    page.click(".sidebar [data-new-chat] >> nth=0")
    expect(page.locator("[data-with]")).to_be_hidden()


def test_the_first_page_of_a_phone_shows_whose_it_is_and_where_to_sign_in(chat: Chat) -> None:
    page, socket = chat(phone=True)
    bar = page.locator(".chat-bar")
    expect(bar.get_by_role("link", name="Parley")).to_be_visible()
    expect(bar.get_by_role("link", name="Sign in")).to_be_visible()
    ask(page, socket)
    expect(page.locator("[data-title]")).to_have_text("Returns")
    expect(bar.get_by_role("link", name="Parley")).to_be_hidden()
    expect(bar.get_by_role("link", name="Sign in")).to_be_hidden()
