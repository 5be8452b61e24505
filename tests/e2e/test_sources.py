"""Sources in their documents, and Markdown that does no harm."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from scripted import ANSWER, PASSAGE, TEXT, Socket, delta, end, source, wait_until
from test_accessibility import violations

from apps.chat.models import Assistant
from apps.core.fences import parts

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


def answered(chat: Chat, *events: dict[str, Any], **options: Any) -> Page:
    page, socket = chat(**options)
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], *events)
    page.wait_for_selector(".answer-foot")
    return page


def passage(route: Route) -> None:
    body = {"id": PASSAGE, "title": "Returns", "heading": "Change of mind", "text": TEXT, "language": "en"}
    route.fulfill(
        json={
            **body,
            "before": "Keep the slip.",
            "after": "Refunds take five days.",
            "document": "returns.md",
        }
    )


def test_a_source_opens_in_its_document_with_the_sentence_marked(chat: Chat) -> None:
    page = answered(chat, *ANSWER)
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    page.locator(".cite").hover()
    expect(page.locator(".source-card-text")).to_have_text("You may return it within 30 days.")
    page.locator(".cite").click()
    expect(page.locator(".source-panel mark")).to_have_text("You may return it within 30 days.")
    expect(page.locator(".neighbour")).to_have_text(["Keep the slip.", "Refunds take five days."])
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".source-panel")).to_be_hidden()
    expect(page.locator(".cite")).to_be_focused()


def test_a_source_whose_panel_does_not_arrive_says_so(chat: Chat) -> None:
    page = answered(chat, *ANSWER)
    page.route("**/panel*.js", lambda route: route.fulfill(content_type="text/javascript", body="export {};"))
    page.locator(".cite").click()
    expect(page.get_by_text("The passage cannot be shown right now.")).to_be_visible()


def test_the_sentence_is_marked_also_where_the_answer_says_it_as_a_row(chat: Chat) -> None:
    page = answered(chat, source(), delta("Returns: **Within: 30 days** – Box: closed. [1]"), end())
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    page.locator(".cite").click()
    expect(page.locator(".source-panel mark")).to_have_text("You may return it within 30 days.")


def test_what_a_model_wrote_itself_marks_no_excerpt(chat: Chat, able_model: None) -> None:
    Assistant.objects.update(verbatim=False, alias="writer")
    page = answered(chat, source(), delta("A month [1]."), end())
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    page.locator(".cite").click()
    expect(page.locator(".source-panel .passage")).to_contain_text("within 30 days")
    expect(page.locator(".source-panel mark")).to_have_count(0)


def test_each_answer_of_a_question_file_stands_below_its_own_question(chat: Chat) -> None:
    page = answered(chat, *ANSWER)
    body = {"title": "faq", "heading": "May I return it?", "text": TEXT, "language": "en", "document": "faq.csv"}
    around = {"before": "By post.", "before_heading": "How?", "after": "Five days.", "after_heading": "When?"}
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", lambda route: route.fulfill(json=body | around))
    page.locator(".cite").click()
    expect(page.locator(".source-panel h3")).to_have_text(["How?", "May I return it?", "When?"])
    told = page.locator(".source-body").inner_text()
    order = ["How?", "By post.", "May I return it?", "30 days", "When?", "Five days."]
    assert sorted(order, key=told.index) == order


@pytest.mark.parametrize(
    ("address", "link"),
    [("", None), ("https://help.example.com/a", "https://help.example.com/a#page=7"), ("ftp://x", None)],
)
def test_a_source_says_the_page_and_leads_to_the_page_of_the_web_it_came_from(
    chat: Chat, address: str, link: str | None
) -> None:
    page = answered(chat, *ANSWER)
    body = {"title": "Manual", "heading": "", "text": TEXT, "language": "en", "before": None, "after": None}
    found = {**body, "id": PASSAGE, "page": 7, "document": "manual.pdf", "address": address}
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", lambda route: route.fulfill(json=found))
    page.locator(".cite").click()
    expect(page.locator(".passage-document")).to_have_text("Documentmanual.pdfpage 7")
    leads = page.locator(".passage-document a")
    assert (leads.get_attribute("href") if leads.count() else None) == link


@pytest.mark.parametrize(
    ("language", "row", "rows"), [("en", "row 12", "rows 2 to 9"), ("zh-CN", "第 12 行", "第 2 至 9 行")]
)
def test_a_source_of_a_spreadsheet_says_its_row(chat: Chat, language: str, row: str, rows: str) -> None:
    told = source() | {"title": "Lamps", "heading": "Prices", "rows": [12, 12]}
    page = answered(chat, told, delta("It is unused. [1]"), end(), language=language)
    expect(page.locator(".source .source-where")).to_have_text(row)
    page.locator(".cite").hover()
    expect(page.locator(".source-card-heading")).to_have_text(f"Prices · {row}")
    body = {"title": "Lamps", "heading": "Prices", "text": TEXT, "language": "en", "before": None, "after": None}
    found = {**body, "id": PASSAGE, "page": None, "rows": [2, 9], "document": "lamps.xlsx"}
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", lambda route: route.fulfill(json=found))
    page.locator(".cite").click()
    expect(page.locator(".passage-document .figures")).to_have_text(f"Prices · {row}")
    whole = page.evaluate(
        """() => import("/static/js/chat/sources/where.js").then(({ whereIn }) => whereIn({ rows: [2, 9] }))"""
    )
    assert whole == rows


@pytest.mark.parametrize(
    ("language", "first", "both"), [("en", "page 4", "pages 3–4"), ("zh-CN", "第 4 页", "第 3–4 页")]
)
def test_a_quote_names_its_own_page_and_a_whole_passage_all_of_them(
    chat: Chat, language: str, first: str, both: str
) -> None:
    told = source() | {"title": "Lamps", "page": 4, "pages": [4, 4]}
    whole = source(2) | {"title": "Lamps", "page": 3, "pages": [3, 4]}
    page = answered(
        chat, told, delta("It is unused. [1]"), whole, delta(" And whole. [2]"), end(), language=language
    )
    expect(page.locator(".source .source-where")).to_have_text([first, both])
    body = {"title": "Lamps", "heading": "", "text": TEXT, "language": "en", "before": None, "after": None}
    found = {**body, "id": PASSAGE, "page": 3, "pages": [3, 4], "rows": None, "document": "lamps.pdf"}
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", lambda route: route.fulfill(json=found))
    page.locator(".cite").first.click()
    expect(page.locator(".passage-document .figures")).to_have_text(first)


def test_the_section_of_a_source_is_in_sight_before_a_long_title_and_all_of_it_on_hovering(chat: Chat) -> None:
    long = {"title": "Lumen Gateway: installation and operations guide", "heading": "Work › Backups", "page": 7}
    page = answered(chat, source() | long, delta("Every week. [1]"), end())
    shown = page.locator(".source .cut")
    expect(shown).to_have_text(f"Backups · {long['title']}")
    expect(shown).to_have_attribute("title", f"{long['title']} · Work › Backups · page 7")
    expect(page.get_by_role("button", name="Source 1: Lumen Gateway")).to_have_count(2)  # in the text and below it
    expect(page.locator(".source .source-where")).to_have_text("page 7")


FENCED = [
    "Run:\n``` bash title=x\npip install\n```\nThen go on.",
    "```\na\n`````\nProse.\n```\nb\n```",
    "`````\nProse.\n```\na\n```\nProse.",
    "Prose.\n```\nMore prose.",
    "```\nx\u2028```\ny\r\n```\r\nProse.",
    "```\n```",
    "```\na\n",
    "Cut: ```",
    "Cut:\n```",
]


def test_the_page_sees_the_same_code_in_a_text_as_the_server(chat: Chat) -> None:
    page, _ = chat()
    for text in FENCED:
        for cut_off in (False, True):
            shown = page.evaluate(
                """async ([text, cutOff]) => {
                    const { coded } = await import("/static/js/chat/text/coded.js");
                    const code = coded(text, { cutOff }).filter((node) => node.localName === "pre");
                    return code.map((node) => node.textContent);
                }""",
                [text, cut_off],
            )
            assert shown == [part.text for part in parts(text, cut_off=cut_off) if part.is_code], text


def test_a_card_has_no_line_for_a_place_that_is_not_known(chat: Chat) -> None:
    page = answered(chat, source() | {"heading": ""}, delta("It is unused. [1]"), end())
    page.locator(".cite").hover()
    expect(page.locator(".source-card-text")).to_be_visible()
    expect(page.locator(".source-card-heading")).to_have_count(0)


def test_who_gets_no_answer_opens_what_comes_nearest(chat: Chat) -> None:
    nearest = {"passage": PASSAGE, "title": "Returns", "heading": "Shop › Change of mind"}
    page = answered(
        chat, delta("I found no answer."), {"kind": "nearest", "places": [nearest]}, end(outcome="declined")
    )
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    page.click(".nearest >> text=Change of mind · Returns")
    expect(page.locator(".source-panel .passage")).to_contain_text("You may return it within 30 days.")
    expect(page.locator(".source-panel mark")).to_have_count(0)
    assert violations(page) == []


def test_on_a_phone_the_source_is_a_sheet(chat: Chat) -> None:
    page = answered(chat, *ANSWER, phone=True)
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", passage)
    page.tap(".source")
    expect(page.locator(".source-panel:modal mark")).to_be_visible()
    edges = (
        "panel => { const { left, right, bottom } = panel.getBoundingClientRect(); return [left, right, bottom]; }"
    )
    wait_until(page, lambda: page.locator(".source-panel").evaluate(edges) == [0, 390, 844])
    page.tap("[data-panel-close]")
    expect(page.locator(".source")).to_be_focused()


def test_code_of_a_source_is_shown_as_code_with_its_lines_and_marked(chat: Chat) -> None:
    excerpt = "Install it:\n```\npip install parley\n    --upgrade\n```"
    code = "pip install parley\n    --upgrade"
    answer = delta(f"Install it: [1]\n\n```\n{code}\n```\n\nThen open it. [1]")
    page = answered(chat, source() | {"excerpt": excerpt}, answer, end())
    whole = {"text": f"It is small.\n{excerpt}\nThen open it.", "after": "```\nmake\n```", "before": None}
    found = {"id": PASSAGE, "title": "Returns", "heading": "", "language": "en", "document": "a.md", **whole}
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", lambda route: route.fulfill(json=found))
    assert page.locator(".prose pre code").text_content() == f"{code}\n"
    page.locator(".cite").first.hover()
    expect(page.locator(".source-card pre")).to_have_text(code)
    page.locator(".cite").first.click()
    assert page.locator(".passage pre code").text_content() == code
    expect(page.locator(".passage pre .copy-code")).to_be_visible()
    expect(page.locator(".passage mark")).to_have_text(["Install it:", code, "Then open it."])
    expect(page.locator(".neighbour pre")).to_have_text("make")
    assert "`" not in page.locator(".source-panel").inner_text()
    assert violations(page) == []


def test_markdown_of_an_answer_does_no_harm(chat: Chat) -> None:
    text = (
        "**Bold** <img src=x onerror=alert(1)> ![cat](https://evil.example/a.png) [site](https://luma.example) "
        "[bad](javascript:alert(1)) [9] [1]\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    page = answered(chat, source(), delta(text), end())
    prose = page.locator(".prose")
    assert prose.locator("img, script, iframe, [onerror], [style]").count() == 0
    expect(prose).to_contain_text("<img src=x onerror=alert(1)> cat site [bad](javascript:alert(1)) [9]\u20601")
    assert prose.locator("a:not(.cite)").evaluate("a => [a.rel, a.target]") == [
        "noopener noreferrer nofollow",
        "_blank",
    ]
    expect(prose.locator("li")).to_have_text(["one", "two"])
    expect(prose.locator("td")).to_have_text(["1", "2"])


def test_finished_blocks_keep_their_nodes_while_the_answer_grows(chat: Chat) -> None:
    page, socket = chat()
    page.fill("#question", "Hello")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    socket.events(send["generation"], delta("First *block*.\n\n- a\n- b\n\nThird **blo"))
    expect(page.locator(".prose strong")).to_have_text("blo")
    blocks = page.locator(".prose > .stretch > *, .prose > :not(.stretch)")
    page.evaluate("window.kept = [...document.querySelectorAll('.stretch > *')].slice(0, 2)")
    socket.events(send["generation"], delta("ck**.\n\nFourth."), end(), first=2)
    expect(blocks).to_have_text(["First block.", "a\nb", "Third block.", "Fourth."])
    assert page.evaluate("window.kept.every((node, at) => node === document.querySelectorAll('.stretch > *')[at])")


def test_the_answer_is_copied_with_its_sources(chat: Chat) -> None:
    page = answered(chat, *ANSWER)
    page.click("[aria-label='Copy the answer']")
    expect(page.locator("[aria-label=Copied]")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "You may return it within 30 days. [1]\n\n[1] Returns"


def test_on_a_narrow_screen_with_a_mouse_all_that_stands_below_an_answer_is_in_sight(chat: Chat) -> None:
    long = source(2) | {"title": "The handbook of returns, refunds, exchanges and complaints of our shop"}
    partly = end() | {"confidence": 0.5}
    page = answered(chat, source(), long, source(3), delta("Within 30 days. [1][2][3]"), partly, fresh=True)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".support")).to_have_text("The nearest match in the sources")
    expect(page.locator(".source")).to_have_count(3)
    parts = page.locator(".answer-actions > *, .source").all()
    ends = [box["x"] + box["width"] for part in parts if (box := part.bounding_box())]
    assert len(ends) == 9 and max(ends) <= 390 - 12
