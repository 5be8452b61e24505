"""A conversation on paper, or as a PDF: all of it, and nothing of the page around it."""

from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from scripted import Socket, delta, end, source, wait_until
from test_shortcuts import visitor_of

from apps.chat.models import Assistant, Conversation, Message

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]
COUNT_PRINTS = """() => {
    window.prints = [];
    window.print = () => window.prints.push(document.querySelectorAll(".question").length);
}"""


def printed(page: Page) -> str:
    """The text of the PDF, lines joined."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    return " ".join(" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document)


def long_conversation(page: Page, turns: int) -> Conversation:
    assistant = Assistant.objects.get(slug="shop")
    conversation = Conversation.objects.create(
        assistant=assistant, title="Long talk", language="en", visitor_id=visitor_of(page)
    )
    for place in range(turns):
        conversation.head = Message.objects.create(
            conversation=conversation,
            parent=conversation.head,
            position=place + 1,
            role="user",
            text=f"Question {place + 1}.",
            language="en",
        )
    conversation.save()
    return conversation


def test_the_paper_holds_question_answer_sources_assistant_and_date_and_no_buttons(chat: Chat) -> None:
    page, socket = chat(theme="dark")
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    code = "```\n" + "x = 1; " * 40 + "THE_END\n```"
    socket.events(send["generation"], source(), delta(f"Within 30 days. [1]\n\n{code}"), end())
    expect(page.locator(".answer-foot")).to_be_visible()
    text = printed(page)
    year = page.evaluate("String(new Date().getFullYear())")
    for wanted in (
        "Returns",
        "Shop help",
        year,
        "Can I return it?",
        "Within 30 days.",
        "[1]",
        "THE_END",
        "1. Returns",
    ):
        assert wanted in text
    for unwanted in ("New chat", "Sign in", "A good match", "Answers quote", "Ask Shop help"):
        assert unwanted not in text
    page.emulate_media(media="print")
    expect(page.locator(".prose")).to_have_css("color", "rgb(28, 30, 33)")


def test_the_menu_of_a_conversation_prints_it_with_its_oldest_messages(chat: Chat) -> None:
    page, _ = chat()
    long_conversation(page, 150)
    page.reload()
    page.evaluate(COUNT_PRINTS)
    page.hover(".conversation-list li")
    page.click("[aria-label='More about “Long talk”']")
    page.click("text=Print or save as PDF")
    wait_until(page, lambda: page.evaluate("window.prints") != [])
    assert page.evaluate("window.prints") == [150]


def test_the_keys_of_printing_load_the_oldest_messages_too(chat: Chat) -> None:
    page, _ = chat(language="zh-CN")
    conversation = long_conversation(page, 130)
    page.goto(f"/c/{conversation.pk}/")
    page.evaluate(COUNT_PRINTS)
    page.keyboard.press("Control+p")
    wait_until(page, lambda: page.evaluate("window.prints") != [])
    assert page.evaluate("window.prints") == [130]


def test_half_a_conversation_is_not_printed(chat: Chat) -> None:
    page, _ = chat()
    conversation = long_conversation(page, 130)
    page.route("**/api/chat/conversations/*/?before=*", lambda route: route.fulfill(body="no JSON"))
    page.goto(f"/c/{conversation.pk}/")
    page.evaluate(COUNT_PRINTS)
    page.keyboard.press("Control+p")
    expect(page.locator(".toast").first).to_contain_text("could not be opened")
    assert page.evaluate("window.prints") == []
