"""axe-core finds nothing on the pages around the chat, in both themes; the keyboard reaches everything.

The chat's own page is judged in all its states in test_states.py.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from scripted import ANSWER, Socket, Tab, end

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
THEMES = ("light", "dark")
Chat = Callable[..., tuple[Page, Socket]]


def violations(page: Page) -> list[str]:
    # what fades in is judged when it is there
    page.evaluate(
        """Promise.all(document.getAnimations()
            .filter((animation) => animation.effect.getTiming().iterations === 1)
            .map((animation) => animation.finished.catch(() => {})))"""  # one may be cancelled meanwhile
    )
    if page.evaluate("!window.axe"):
        page.evaluate(AXE)
    # Frames have no axe in them, which would be waited for in vain: each is looked at by itself.
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })")["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/api/docs/"])
def test_axe_finds_nothing_on_a_page(open_page: Callable[..., Page], path: str, theme: str) -> None:
    tab = Tab(open_page("about:blank", theme=theme, bypass_csp=True))
    assert violations(tab.visit(path)) == []


def test_every_target_is_big_enough_for_a_finger(chat: Chat) -> None:
    page, _ = chat(phone=True)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a, summary, textarea")]
            .filter((node) => node.checkVisibility() && !node.matches(".skip, .assistant-name"))
            .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < 43.5)
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    assert small == []


def test_what_is_chosen_is_seen_where_the_system_forces_its_colours(chat: Chat) -> None:
    page, _ = chat()
    page.emulate_media(forced_colors="active")
    chosen, mark = page.locator(".segments [aria-pressed=true]").first.evaluate(
        """(node) => {
            const ground = getComputedStyle(node).backgroundColor;
            node.style.background = "Highlight";
            return [ground, getComputedStyle(node).backgroundColor];
        }"""
    )
    assert chosen == mark


def test_the_keyboard_reaches_the_skip_link_the_assistants_and_the_question(chat: Chat) -> None:
    page, _ = chat()
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    wanted = ["Skip to the content", "New chat", "Sign in", "Settings", "Shop help", "question"]
    focused = "(node => node === document.body ? '' : node.id || node.textContent.trim())(document.activeElement)"
    seen: list[str] = []
    while "question" not in seen and len(seen) < 20:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
    assert [text for text in seen if text in wanted] == wanted


def test_a_screen_reader_hears_how_an_answer_came_out_and_reads_it_when_it_is_whole(chat: Chat) -> None:
    page, socket = chat()
    live, answer = page.locator("[data-live]"), page.get_by_role("article", name="Answer").last

    def ask(count: int) -> str:
        page.fill("#question", "Can I return it?")
        page.press("#question", "Enter")
        send = socket.expect("send", count)
        socket.accept(send)
        expect(live).to_have_text("Answering")
        return send["generation"]

    generation = ask(1)
    socket.events(generation, *ANSWER[:-1])
    expect(answer).to_have_attribute("aria-busy", "true")
    expect(live).to_have_text("Answering")  # and not each word
    socket.events(generation, ANSWER[-1], first=len(ANSWER))
    expect(live).to_have_text("The answer is complete")
    expect(answer).to_have_attribute("aria-busy", "false")
    socket.events(ask(2), end("stopped"))
    expect(live).to_have_text("You stopped this answer.")
    socket.events(ask(3), end("error", message="The model cannot be reached."))
    expect(answer.get_by_role("alert")).to_contain_text("The model cannot be reached.")
    expect(live).to_be_empty()  # the alert tells itself; "complete" would be wrong


def test_what_is_read_stands_in_the_order_in_which_it_was_said(chat: Chat) -> None:
    page, socket = chat()
    for count in (1, 2):
        page.fill("#question", f"Question {count}?")
        page.press("#question", "Enter")
        send = socket.expect("send", count)
        socket.accept(send)
        socket.events(send["generation"], *ANSWER)
        expect(page.locator(".answer-foot")).to_have_count(count)
    told = page.locator("main").aria_snapshot()
    order = ["You:", "Question 1?", 'article "Answer"', "30 days", "Returns", "Question 2?", 'article "Answer"']
    at = -1
    for words in [*order, "30 days", "Returns"]:
        assert words in told[at + 1 :], (words, told)
        at = told.index(words, at + 1)
    follows = "document.querySelector('main').compareDocumentPosition(document.querySelector('#question')) & 4"
    assert page.evaluate(follows)  # the field comes behind what was said


def test_nothing_moves_for_those_who_asked_for_it(chat: Chat) -> None:
    page, socket = chat()
    page.emulate_media(reduced_motion="reduce")
    page.fill("#question", "Hello")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], *ANSWER[:2])
    page.wait_for_selector(".answer-status:not(:empty)")
    running = "document.getAnimations().filter((a) => a.playState === 'running').length"
    page.wait_for_timeout(50)
    assert page.evaluate(running) == 0
