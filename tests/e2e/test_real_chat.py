"""The whole product in a real browser: a question goes through search, model and moderation to the reader's eye."""

import pytest
from playwright.sync_api import Browser, expect

from tools.product import Parley

pytestmark = [pytest.mark.e2e, pytest.mark.serve]


@pytest.mark.parametrize(
    ("language", "question", "support"),
    [
        ("en-GB", "When is shipping free?", "supported by the sources"),
        ("zh-CN", "满多少包邮？", "原文依据"),
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
    expect(page.locator(".support")).to_contain_text(support, timeout=60_000)
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
