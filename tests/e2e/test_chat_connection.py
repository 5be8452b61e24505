"""Connections break, frames come twice or not at all: the page shows one whole answer all the same."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import ANSWER, Socket, delta, end, source, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]
WHOLE = "You may return it within 30 days.\u20601"


def ask(page: Page, socket: Socket) -> dict[str, str]:
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    return socket.expect("send")


def test_a_broken_connection_is_resumed_behind_the_last_event(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    socket.events(send["generation"], source(), delta("You may return it "))
    expect(page.locator(".prose")).to_have_text("You may return it")
    socket.drop()
    assert socket.expect("resume") == {"type": "resume", "generation": send["generation"], "after_seq": 2}
    # the second event once more, as after a resume that overlaps
    socket.events(send["generation"], delta("You may return it "), delta("within 30 days. [1]"), end(), first=2)
    expect(page.locator(".prose")).to_have_text(WHOLE)
    assert len(socket.of_type("send")) == 1


def test_a_question_that_nobody_accepted_is_sent_again_with_the_same_ids(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.drop()
    assert socket.expect("send", 2) == send
    socket.accept(send)
    assert socket.expect("resume")["after_seq"] == 0
    socket.events(send["generation"], *ANSWER)
    expect(page.locator(".prose")).to_have_text(WHOLE)
    expect(page.locator(".question")).to_have_count(1)


def test_a_missing_event_is_asked_for(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    socket.events(send["generation"], source())
    socket.events(send["generation"], end(), first=3)
    assert socket.expect("resume")["after_seq"] == 1
    socket.events(send["generation"], delta("You may return it within 30 days. [1]"), end(), first=2)
    expect(page.locator(".prose")).to_have_text(WHOLE)


def test_words_that_were_told_and_lost_give_way_to_what_stands(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    socket.events(send["generation"], source(), delta("You may return it "), delta("\n\nwithin 300 days\n\nor so."))
    expect(page.locator(".prose")).to_contain_text("or so")
    kept = {name: value for name, value in source().items() if name != "kind"}
    stands = {"kind": "kept", "text": "You may return it ", "sources": [kept], "notes": []}
    # Another process goes on, with numbers of its own.
    socket.events(send["generation"], stands, delta("within 30 days. [1]"), end(), first=1_000_001)
    expect(page.locator(".prose")).to_have_text(WHOLE)
    assert not socket.of_type("resume")


def test_a_stop_without_a_connection_is_sent_later(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    socket.events(send["generation"], delta("You may"))
    expect(page.locator(".prose")).to_have_text("You may")
    socket.drop()
    page.click("[data-stop]")
    assert socket.expect("stop")["seen_chars"] == len("You may")


def test_a_lasting_break_is_said_and_taken_back(chat: Chat) -> None:
    page, socket = chat()
    wait_until(page, lambda: bool(socket.connections))
    page.evaluate("Math.random = () => 0.999")  # the longest pauses before each try
    page.route_web_socket("**/ws/chat/", lambda connection: connection.close(code=1011))
    socket.drop()
    note = page.locator("[data-connection]")
    expect(note).to_have_text("No connection. Trying again …")
    page.route_web_socket("**/ws/chat/", socket.opened)
    expect(note).to_be_hidden()


def test_without_a_network_the_page_says_so_at_once_and_that_what_was_asked_goes_on(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    page.context.set_offline(True)
    note = page.locator("[data-connection]")
    expect(note).to_have_text("You are offline. This goes on by itself once you are connected again.")
    expect(page.locator(".answer-status")).to_be_hidden()
    page.context.set_offline(False)
    expect(note).to_be_hidden()
    expect(page.locator(".answer-status")).to_be_visible()


def test_a_house_without_the_internet_is_not_offline_while_the_server_answers(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    page.context.set_offline(True)
    note = page.locator("[data-connection]")
    expect(note).to_be_visible()
    socket.events(send["generation"], delta("You may "))
    expect(note).to_be_hidden()
    page.context.set_offline(False)


RESTS = """node => new Promise((done) => {
    const top = node.scrollTop;
    requestAnimationFrame(() => requestAnimationFrame(() => done(node.scrollTop === top)));
})"""


def test_the_reader_who_scrolls_up_is_left_alone(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    socket.events(send["generation"], delta("A line.\n\n" * 80))
    scroller = page.locator("[data-scroller]")
    at_foot = "node => node.scrollHeight - node.clientHeight - node.scrollTop < 5"
    wait_until(page, lambda: page.locator(".prose p").count() == 80 and scroller.evaluate(at_foot))
    page.mouse.move(700, 400)
    page.mouse.wheel(0, -600)
    expect(page.locator("[data-jump]")).to_be_visible()
    wait_until(page, lambda: scroller.evaluate(RESTS))
    top = scroller.evaluate("node => node.scrollTop")
    socket.events(send["generation"], delta("More.\n\n" * 40), end(), first=2)
    expect(page.locator(".prose p")).to_have_count(120)
    assert scroller.evaluate("node => node.scrollTop") == top
    page.click("[data-jump]")
    wait_until(page, lambda: scroller.evaluate(at_foot))


# What is written outside the text, by what it is and where.
TOUCHED = """() => {
  window.touched = new Set();
  const isText = ({ target }) => (target.parentElement ?? target).closest(".answer");
  const name = ({ type, attributeName, target }) => `${type} ${attributeName} of ${target.nodeName}`;
  new MutationObserver((all) => {
    for (const one of all) if (one.type === "attributes" || !isText(one)) window.touched.add(name(one));
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def test_while_an_answer_is_written_nothing_else_of_the_page_is_touched(chat: Chat) -> None:
    """Whatever is written costs a layout, also where the same stood there before: time that keys wait for."""
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    socket.events(send["generation"], delta("One line.\n\n" * 40))
    expect(page.locator(".prose p")).to_have_count(40)
    page.evaluate(TOUCHED)
    for seq in range(2, 22):
        socket.events(send["generation"], delta(f"And line {seq}.\n\n"), first=seq)
        page.wait_for_timeout(20)
    expect(page.locator(".prose p")).to_have_count(60)
    assert page.evaluate("[...window.touched]") == []


def test_a_block_that_is_long_to_read_loses_neither_words_nor_keys(chat: Chat) -> None:
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    lines = [f"value_{number} = {number}" for number in range(400)]
    socket.events(send["generation"], delta("```python\n"), *[delta(f"{line}\n") for line in lines])
    page.locator("#question").press_sequentially("typed meanwhile")
    socket.events(send["generation"], delta("```\n\nDone."), end(), first=len(lines) + 2)
    expect(page.locator(".prose pre")).to_have_text("\n".join(lines))
    expect(page.locator(".prose p")).to_have_text("Done.")
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#question")).to_have_value("typed meanwhile")
