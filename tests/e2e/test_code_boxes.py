"""Commands in their boxes: all of each is in sight, below the words of its step, and the button lies on none."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from scripted import PASSAGE, Socket, delta, end, source

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]

COMMANDS = "short\nlumenctl backup restore --input /var/backups --name lumen-gateway-" + "x" * 90 + " --force"
# How many boxes of characters reach out of their box, or under its button.
HIDDEN = """boxes => boxes.flatMap((box) => {
    const range = document.createRange();
    range.selectNodeContents(box.querySelector("code"));
    const edge = box.getBoundingClientRect();
    const button = box.querySelector("button")?.getBoundingClientRect();
    return [...range.getClientRects()].filter((line) => line.right > edge.right || line.bottom > edge.bottom
        || (button && line.right > button.left && line.top < button.bottom && line.bottom > button.top));
}).length"""


@pytest.mark.parametrize("phone", [False, True])
def test_the_end_of_a_long_command_is_in_sight(chat: Callable[..., tuple[Page, Socket]], phone: bool) -> None:
    page, socket = chat(phone=phone)
    page.fill("#question", "How do I restore it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    text = f"Restore it: [1]\n\n```\n{COMMANDS}\n```\n\nThen wait."
    socket.events(send["generation"], source(), delta(text), end())
    found = {"id": PASSAGE, "title": "Manual", "heading": "", "language": "en", "document": "a.md"}
    whole = {"text": f"1. Restore it:\n```\n{COMMANDS}\n```", "before": f"```\n{COMMANDS}\n```", "after": None}
    page.route(f"**/api/knowledge/passages/{PASSAGE}/", lambda route: route.fulfill(json=found | whole))
    page.locator(".source").click()
    expect(page.locator(".source-panel pre")).to_have_count(2)
    assert page.eval_on_selector_all("pre", HIDDEN) == 0
    before, own = page.eval_on_selector_all(
        ".source-panel pre", "all => all.map((b) => b.getBoundingClientRect().x)"
    )
    assert own > before + 10  # below the words of its step
    first = page.locator(".prose pre").evaluate(
        "box => { const r = document.createRange(); r.selectNodeContents(box.querySelector('code'));"
        " return r.getClientRects()[0].top - box.getBoundingClientRect().top; }"
    )
    assert first < 16  # no empty line above the code
