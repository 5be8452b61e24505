"""The whole product in a real browser: a question goes through search, model and moderation to the reader's eye."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tools.product import Parley

pytestmark = [pytest.mark.e2e, pytest.mark.serve]


@pytest.mark.parametrize(
    ("language", "question", "support"),
    [
        ("en-GB", "When is shipping free?", "match"),
        ("zh-CN", "满多少包邮？", "相符|最接近"),
    ],
)
def test_an_answer_is_read_checked_at_its_source_and_found_again(
    parley: Parley, browser: Browser, language: str, question: str, support: str
) -> None:
    complaints: list[str] = []
    context = browser.new_context(base_url=parley.url, locale=language)
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    page.fill("#question", question)
    page.press("#question", "Enter")
    expect(page.locator(".support")).to_contain_text(re.compile(support), timeout=60_000)
    prose = page.locator(".prose")
    said = prose.text_content()
    page.locator(".cite").first.click()
    quoted = page.locator(".source-panel mark").first
    expect(quoted).to_be_visible()
    assert said and quoted.text_content() in said
    page.reload()
    expect(prose).to_have_text(said)
    expect(page.locator(".conversation-list a[aria-current=page]")).to_have_text(question)
    context.close()
    assert complaints == []


def test_a_dropped_document_answers_and_its_passage_opens(parley: Parley, browser: Browser) -> None:
    context = browser.new_context(base_url=parley.url, locale="en-GB")
    page = context.new_page()
    page.goto("/")
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            const text = "# Lease of the flat\\n\\nThe notice period of this lease is three months.\\n\\n" +
                "The rent of the flat is 900 euros a month.";
            carried.items.add(new File([text], "lease.md", { type: "text/markdown" }));
            dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator(".file-chip[data-state=ready]")).to_be_visible(timeout=30_000)
    page.fill("#question", "What is the notice period of the lease?")
    page.press("#question", "Enter")
    expect(page.locator(".source").first).to_contain_text("Lease of the flat", timeout=60_000)
    expect(page.locator(".prose")).to_contain_text("three months")
    page.locator(".cite").first.click()
    expect(page.locator(".source-panel mark").first).to_contain_text("three months")
    context.close()
