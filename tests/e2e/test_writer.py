"""A writing assistant on the page: the outline fills while it writes, and a selected passage is asked for anew."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from scripted import Socket, delta, end
from test_accessibility import violations

from apps.chat.models import Assistant

Chat = Callable[..., tuple[Page, Socket]]
OUTLINE = {"kind": "outline", "headings": ["Why lamps", "How to choose"]}
FIRST = "## Why lamps\n\nLight matters. It **really** does.\n\n"
SECOND = "## How to choose\n\nTry them."


@pytest.fixture
def writer(able_model: None) -> Iterator[Assistant]:
    made = Assistant.objects.create(
        slug="writer", alias="writer", name="Writer", name_zh="写作助手", task="write", position=2
    )
    yield made
    made.conversations.all().delete()
    made.delete()


def begun(chat: Chat, **options: bool) -> tuple[Page, Socket, dict]:
    page, socket = chat("/?assistant=writer", **options)
    page.fill("[data-question]", "Write about lamps")
    page.keyboard.press("Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], OUTLINE, delta(FIRST))
    return page, socket, send


def select(page: Page, block: str, words: str) -> None:
    page.evaluate(
        """([block, words]) => {
            const text = [...document.querySelectorAll(block)].flatMap((node) => [...node.childNodes])
                .find((node) => node.textContent.includes(words));
            const at = text.textContent.indexOf(words);
            const leaf = text.firstChild ?? text;
            getSelection().setBaseAndExtent(leaf, at, leaf, at + words.length);
        }""",
        [block, words],
    )


def test_the_outline_says_which_section_is_being_written(chat: Chat, writer: Assistant) -> None:
    page, socket, send = begun(chat, bypass_csp=True)
    first, second = (page.locator(".outline button").nth(at) for at in range(2))
    expect(first).to_have_attribute("aria-current", "step")
    expect(second).to_be_disabled()
    assert page.locator(".revision").count() == 0
    socket.events(send["generation"], delta(SECOND), end(outcome="written"), first=3)
    expect(second).to_be_enabled()
    expect(page.locator(".outline [aria-current]")).to_have_count(0)
    assert violations(page) == []


def test_a_selected_passage_is_asked_for_anew_and_the_new_version_takes_its_place(
    chat: Chat, writer: Assistant
) -> None:
    page, socket, send = begun(chat, bypass_csp=True)
    socket.events(send["generation"], delta(SECOND), end(outcome="written"), first=3)
    expect(page.locator(".revision")).to_be_visible()
    select(page, ".prose p", "Light matters.")
    page.click(".revise-here")
    expect(page.locator(".revision-form blockquote")).to_have_text("Light matters.")
    page.fill(".revision-form textarea", "More cheerful")
    assert violations(page) == []
    page.keyboard.press("Enter")
    asked = socket.expect("revise")
    text = FIRST + SECOND
    assert text[asked["start"] : asked["end"]] == "Light matters."
    assert (asked["instruction"], asked["message"]) == ("More cheerful", send["message"])
    socket.accept(asked)
    ended = {**end(outcome="written"), "message_id": "33333333-3333-4333-8333-333333333333"}
    socket.events(asked["generation"], delta(text.replace("matters.", "is joy!")), ended)
    expect(page.locator(".prose p").first).to_contain_text("Light is joy!")
    expect(page.locator(".answer .versions span")).to_have_text("2 / 2")


def test_a_revision_that_is_refused_leaves_the_text_and_what_was_asked_for(chat: Chat, writer: Assistant) -> None:
    page, socket, send = begun(chat)
    socket.events(send["generation"], delta(SECOND), end(outcome="written"), first=3)
    expect(page.locator(".revision")).to_be_visible()
    select(page, ".prose p", "Light matters.")
    page.click(".revise-here")
    page.fill(".revision-form textarea", "More cheerful")
    page.keyboard.press("Enter")
    asked = socket.expect("revise")
    socket.say({"type": "error", "ref": asked["generation"], "code": "too_many", "message": "Wait 20 seconds."})
    expect(page.locator(".toast p")).to_have_text("Wait 20 seconds.")
    expect(page.locator(".prose p").first).to_have_text("Light matters. It really does.")
    expect(page.locator(".revision-form textarea")).to_have_value("More cheerful")
    expect(page.locator(".revision-form blockquote")).to_have_text("Light matters.")
    page.locator(".revision-form textarea").press("Enter")
    again = socket.expect("revise", 2)
    same = ("start", "end", "instruction", "answer", "message")
    assert [again[name] for name in same] == [asked[name] for name in same]


def test_words_that_the_source_writes_otherwise_take_their_whole_block(chat: Chat, writer: Assistant) -> None:
    page, socket, send = begun(chat)
    socket.events(send["generation"], delta(SECOND), end(outcome="written"), first=3)
    expect(page.locator(".revision")).to_be_visible()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.prose p'))")
    page.click(".revise-here")
    expect(page.locator(".revision-form blockquote")).to_have_text("Light matters. It **really** does.")
    page.keyboard.press("Escape")
    page.click(".revision > button")
    expect(page.locator(".revision-form blockquote")).to_have_text("The whole text")
