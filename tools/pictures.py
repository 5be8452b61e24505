"""The README's pictures, of a Parley that runs with the demo: `python -m tools.pictures http://localhost:8000`.

The reviewer's password comes from REVIEWER_PASSWORD, the browser from CHROMIUM. Without fonts-liberation and
fonts-noto-cjk the pictures show letters that few readers have.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "images"
SIZE: ViewportSize = {"width": 1280, "height": 760}
# By the name of the language in a picture's file: the browser's locale, two questions, and a button's words.
LANGUAGES = {
    "en": ("en-GB", ["When is shipping free?", "How long do I have to return a lamp?"], "Sign in"),
    "zh": ("zh-CN", ["满多少包邮？", "买了多久之内可以退货？"], "登录"),
}


def pictures(address: str, password: str, browser: Browser) -> None:
    for name, (locale, questions, sign_in) in LANGUAGES.items():

        def page(locale: str = locale) -> Page:
            """Of somebody new."""
            context = browser.new_context(
                base_url=address, locale=locale, viewport=SIZE, color_scheme="light", reduced_motion="reduce"
            )
            return context.new_page()

        visitor, reviewer = page(), page()
        conversation = asked(visitor, questions)
        visitor.screenshot(path=FOLDER / f"chat-{name}.png")
        reviewer.goto("/accounts/login/")
        reviewer.fill("[name=login]", "reviewer")
        reviewer.fill("[name=password]", password)
        reviewer.get_by_role("button", name=sign_in, exact=True).click()
        reviewer.wait_for_url(lambda url: "login" not in url)
        reviewer.goto(f"/console/conversations/{conversation}/")
        reviewer.screenshot(path=FOLDER / f"console-{name}.png")


def asked(page: Page, questions: list[str]) -> str:
    """The id of a conversation with the demo's shop in which these were answered; its first source is open."""
    page.goto("/?assistant=service")
    for number, question in enumerate(questions):
        page.fill("#question", question)
        page.press("#question", "Enter")
        expect(page.locator(".answer .source-list").nth(number)).to_be_visible(timeout=60_000)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.locator(".answer .cite").first.click()
    page.locator(".question").first.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # the panel has come in
    return page.url.rstrip("/").rsplit("/", 1)[-1]


if __name__ == "__main__":
    with sync_playwright() as playwright:
        executable = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        pictures(sys.argv[1], os.environ["REVIEWER_PASSWORD"], chromium)
