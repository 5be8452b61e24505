"""What models write besides words: formulas, code, tables."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import Socket, delta, end

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


def answered(chat: Chat, *texts: str, ended: bool = True) -> Page:
    page, socket = chat()
    page.fill("#question", "Write it down")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    last = [end(outcome="written")] if ended else []
    socket.events(send["generation"], *[delta(text) for text in texts], *last)
    if ended:
        page.wait_for_selector(".answer-foot")
    return page


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("So $c = a + b\\cdot w$ holds.", "inline"),
        ("所以$E=mc^2$成立。", "inline"),
        ("For \\( x \\) alone.", "inline"),
        ("$$\n\\sum_{i=1}^{n} c_i\n= n a\n$$", "block"),
        ("\\[ \\frac{a}{b} = 2 \\]", "block"),
        ("- a step\n\n  $$a_1 = 2$$", "block"),
    ],
)
def test_a_formula_is_typeset(chat: Chat, text: str, kind: str) -> None:
    page = answered(chat, text)
    expect(page.locator(".prose math")).to_have_count(1)
    expect(page.locator(".prose math[display=block]")).to_have_count(1 if kind == "block" else 0)
    expect(page.locator(".prose")).not_to_contain_text("$")


@pytest.mark.parametrize(
    "text",
    [
        "Free from $89, and below $89 it costs $9.",
        "It costs US$5 and HK$30 or $5 and 6$ more.",
        "运费$5，退货$3。",
        "Set $HOME and $USER in the shell.",
        "A bracket \\[escaped\\] stays one.",
        "An end that never comes: $$x",
        "`$a_1$` is code.",
    ],
)
def test_prices_and_what_only_looks_like_a_formula_stay_text(chat: Chat, text: str) -> None:
    page = answered(chat, text)
    shown = page.locator(".prose").inner_text()
    assert shown == text.replace("\\[", "[").replace("\\]", "]").replace("`", "")
    expect(page.locator(".prose math")).to_have_count(0)


def test_a_formula_that_is_still_being_written_shows_its_letters_and_no_markup_of_them(chat: Chat) -> None:
    page = answered(chat, "Then\n\n$$\na_1 * b_1\n\n= c *", ended=False)
    expect(page.locator(".prose code[data-maths=open]")).to_have_text("a_1 * b_1\n\n= c *")
    expect(page.locator(".prose em, .prose h1")).to_have_count(0)


def test_a_formula_that_cannot_be_read_shows_its_tex(chat: Chat) -> None:
    page = answered(chat, "Look: $\\nonsense{x}$ and $x^2$.")
    expect(page.locator(".prose math")).to_have_count(1)
    expect(page.locator(".prose code[data-maths]")).to_have_text("\\nonsense{x}")


def test_a_block_of_code_is_copied_without_the_rest(chat: Chat) -> None:
    page = answered(chat, "Run\n\n```python\na = 1\nb = 2\n```\n\nthen.")
    page.click("pre >> button[aria-label='Copy the code']")
    expect(page.locator("pre button")).to_have_attribute("aria-label", "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "a = 1\nb = 2"


def test_what_is_copied_over_plain_http_where_browsers_have_no_clipboard_is_copied_too(chat: Chat) -> None:
    page = answered(chat, "Run\n\n```python\na = 1\nb = 2\n```\n\nthen.")
    page.evaluate(
        """() => {
            window.older = navigator.clipboard;
            Object.defineProperty(navigator, "clipboard", { value: undefined });
        }"""
    )
    page.click("pre >> button[aria-label='Copy the code']")
    expect(page.locator("pre button")).to_have_attribute("aria-label", "Copied")
    expect(page.locator("pre button")).to_be_focused()
    assert page.evaluate("older.readText()") == "a = 1\nb = 2"


def test_the_columns_of_a_table_stand_as_they_were_set(chat: Chat) -> None:
    page = answered(chat, "| Region | Days |\n|:--|--:|\n| Mainland | 3 |\n")
    expect(page.locator("td").nth(0)).to_have_css("text-align", re.compile("left"))
    expect(page.locator("td").nth(1)).to_have_css("text-align", re.compile("right"))
