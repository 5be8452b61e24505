"""A procedure is quoted whole: a numbered list in the answer, its steps marked in its document."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from scripted import PASSAGE, Socket, delta, end, source
from test_accessibility import violations
from test_sources import answered

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]
STEPS = {
    "en-GB": [
        "Sign in at my.library.example and open Rooms.",
        "Choose the day, the time and the number of people.",
        "Press Book. A six-digit door code comes by e-mail ten minutes before the booking begins.",
    ],
    "zh-CN": [
        "登录 my.library.example，打开“空间预约”。",
        "选择日期、时段和人数。",
        "点击“提交预约”。开始前十分钟系统会通过电子邮件发送六位门锁密码。",
    ],
}
MORE = {"en-GB": "And 4 more steps in the source.", "zh-CN": "原文还有 4 步。"}


def told(language: str) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(STEPS[language], 1))


def shown(chat: Chat, language: str, **options: Any) -> Page:
    steps, closed = told(language), {"en-GB": "Closed on Sundays.", "zh-CN": "周日闭馆。"}[language]

    def passage(route: Route) -> None:
        body = {"id": PASSAGE, "title": "Study rooms", "heading": "How to book", "language": language[:2]}
        route.fulfill(
            json={**body, "text": f"{steps}\n{closed}", "before": "", "after": "", "document": "rooms.docx"}
        )

    quoted = source() | {"title": "Study rooms", "heading": "How to book", "excerpt": steps}
    said = [delta(f"{line}\n") for line in steps.splitlines()[:-1]]
    last = delta(f"{steps.splitlines()[-1]} [1]\n\n{MORE[language]}")
    page = answered(chat, quoted, *said, last, end(), language=language, **options)
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    return page


@pytest.mark.parametrize("language", STEPS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
def test_a_procedure_is_a_list_whose_steps_are_marked_in_its_document(
    chat: Chat, language: str, theme: str, phone: bool
) -> None:
    page = shown(chat, language, theme=theme, phone=phone)
    steps = page.locator(".answer ol > li")
    expect(steps).to_have_count(3)
    expect(steps.first).to_contain_text(STEPS[language][0])
    expect(page.locator(".answer").get_by_text(MORE[language])).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    picture(page, f"{language}-{theme}-{'phone' if phone else 'wide'}")
    if not phone:
        page.locator(".answer .cite").hover()
        expect(page.locator(".source-card-text")).to_contain_text(STEPS[language][0])
        assert "\n2. " in page.locator(".source-card-text").inner_text()
        picture(page, f"{language}-{theme}-card")
    page.locator(".answer .cite").click()
    expect(page.locator(".source-panel mark").first).to_be_visible()
    marked = "".join(page.locator(".source-panel mark").all_inner_texts())
    assert all(step in marked for step in STEPS[language])
    assert MORE[language] not in page.locator(".source-panel").inner_text()
    assert "\n2. " in page.locator(".source-panel").inner_text(), "each step begins a line there, too"
    picture(page, f"{language}-{theme}-{'phone' if phone else 'wide'}-source")


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"procedure-{name}.png"))
