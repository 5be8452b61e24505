"""What an answer quotes of a source: in its card, and where it stands in the passage."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import Socket, delta, end, source
from test_sources import answered

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

Chat = Callable[..., tuple[Page, Socket]]


def test_a_source_shows_every_place_of_it_that_the_answer_quotes(chat: Chat) -> None:
    other = source(2) | {"excerpt": "Lamps are five."}
    said = "In English: \n\nYou may return it within 30 days. [1] Lamps are five. [2] It must be unused. [1]"
    page = answered(chat, source(), other, delta(said), end())
    card = page.locator(".source-card-text")
    page.locator(".cite").first.hover()
    expect(card).to_have_text(["You may return it within 30 days.", "It must be unused."])
    page.locator(".cite").nth(1).hover()
    expect(card).to_have_text(["Lamps are five."])


@pytest.mark.parametrize(
    ("said", "excerpt", "places"),
    [
        ("Returns: **Within: 30 days**. [1] And so on. [1]", "Within: 30 days", ["Within: 30 days"]),
        ("A month [1], as I think [1].", "You may return it.", ["You may return it."]),
        ("Go on. [1]\n\n```\nmake\n```\n\nThen look. [1]", "Go on.", ["Go on.", "```\nmake\n```", "Then look."]),
        (
            "Run: [1]\n\n```\nmake\n```\n\nThen look. [1]",
            "Run:\n```sh\nmake\n```",
            ["Run:\n```sh\nmake\n```", "Then look."],
        ),
        ("It is free. Always. [1] And: so. [1]", "No, it is free.", ["No, it is free. Always.", "And: so."]),
        ("满 99 元包邮。[1]另算。[1]", "要。满 99 元包邮。", ["要。满 99 元包邮。", "另算。"]),
        ("", "You may return it.", ["You may return it."]),
    ],
)
def test_a_place_is_the_documents_own_words(chat: Chat, said: str, excerpt: str, places: list[str]) -> None:
    page, _ = chat()
    found = page.evaluate(
        """async ([said, excerpt]) => {
            const { placesOf } = await import("/static/js/chat/sources/quotes.js");
            return placesOf(said, { number: 1, excerpt });
        }""",
        [said, excerpt],
    )
    assert found == places


def test_sentences_are_found_across_line_ends_and_joined(chat: Chat) -> None:
    page, _ = chat()
    found = page.evaluate(
        """async ([text, passage]) => {
            const { quotesOf, rangesOf } = await import("/static/js/chat/sources/quotes.js");
            return [1, 2].map((n) => rangesOf(passage, quotesOf(text, n)).map(([a, b]) => passage.slice(a, b)));
        }""",
        [
            "It must be unused. Free over €49. [2] 退货须\n包装完好。[1]",
            "Free over\n€49. (a+b) It must be unused. 退货须包装完好。",
        ],
    )
    assert found == [["退货须包装完好。"], ["Free over\n€49.", "It must be unused."]]


def test_code_behind_a_number_is_what_that_source_says(chat: Chat) -> None:
    page, _ = chat()
    found = page.evaluate(
        """async (text) => {
            const { quotesOf } = await import("/static/js/chat/sources/quotes.js");
            return [1, 2].map((n) => quotesOf(text, n));
        }""",
        "Small. Run: [2]\n\n```\nx = a[1]\n```\n\nThen look. [1]\n\nNo code ``` here. [2]",
    )
    assert found == [["Then look."], ["Small. Run:", "x = a[1]", "No code ``` here."]]
