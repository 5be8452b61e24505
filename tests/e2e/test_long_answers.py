"""What has left the view of a long answer is passed over by the browser, and is all there nevertheless."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import Socket, delta, end, wait_until
from test_chat_connection import ask
from test_printing import printed

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]
PARTS = 12


def part(number: int) -> str:
    """A page: a heading, words, a list, a table, code."""
    words = f"The words of part {number} go on and on. " * 12
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    return f"## Part {number}\n\n{words}\n\n- one\n- two\n\n{table}\n\n```\ncode\n```\n\n{words}\n\n"


@pytest.fixture
def page(chat: Chat) -> Page:
    """Shows such an answer, as it came: part by part."""
    page, socket = chat()
    send = ask(page, socket)
    socket.accept(send)
    for number in range(1, PARTS + 1):
        socket.events(send["generation"], delta(part(number)), first=number)
        expect(page.locator(".prose h2")).to_have_count(number)
    socket.events(send["generation"], delta("THE END"), end(), first=PARTS + 1)
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".stretch.whole").first).to_be_attached()
    return page


PASSED_OVER = "getComputedStyle(document.querySelector('.stretch.whole')).contentVisibility"
HEIGHT = "document.querySelector('[data-scroller]').scrollHeight"


def test_what_is_out_of_view_keeps_its_height(page: Page) -> None:
    assert page.evaluate(PASSED_OVER) == "auto"
    before = page.evaluate(HEIGHT)
    page.evaluate("for (const stretch of document.querySelectorAll('.stretch')) stretch.classList.remove('whole')")
    assert page.evaluate(HEIGHT) == before


def test_what_is_out_of_view_is_selected_printed_and_found(page: Page) -> None:
    expect(page.get_by_role("heading", name="Part 1", exact=True)).not_to_be_in_viewport()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.prose'))")
    selected = page.evaluate("getSelection().toString()")
    paper = printed(page)
    for number in range(1, PARTS + 1):
        assert f"The words of part {number} go on" in selected
        assert f"The words of part {number} go on" in paper
    page.evaluate("getSelection().removeAllRanges()")
    assert page.evaluate("window.find('Part 1', true, false, true)")
    page.evaluate("getSelection().anchorNode.parentElement.scrollIntoView()")
    expect(page.get_by_role("heading", name="Part 1", exact=True)).to_be_in_viewport()


def test_a_fault_in_one_part_of_a_picture_stops_neither_the_others_nor_the_next(chat: Chat) -> None:
    page, _ = chat()
    page.evaluate(
        """async () => {
            const { beforeNextPicture, inNextPicture } = await import("/static/js/chat/answer/pictures.js");
            window.told = [];
            addEventListener("error", (event) => {
                event.preventDefault();
                told.push(event.error.message);
            });
            const failing = (words) => () => { throw new Error(words); };
            beforeNextPicture(failing("a reader's fault"));
            inNextPicture(failing("a writer's fault"));
            inNextPicture(() => {
                told.push("beside them");
                inNextPicture(() => told.push("after them"));
            });
        }"""
    )
    wait_until(page, lambda: len(page.evaluate("told")) == 4)
    assert page.evaluate("told") == ["a reader's fault", "a writer's fault", "beside them", "after them"]
