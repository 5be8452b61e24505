"""What was typed and not saved is not lost by a press beside it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect
from scripted import wait_until

pytestmark = pytest.mark.e2e


def test_who_leaves_a_form_with_unsaved_words_is_asked_first(open_page: Callable[..., Page], operator: str) -> None:
    page = open_page("/console/assistants/shop/", session=operator, fresh=True)
    page.wait_for_load_state()
    asked: list[Dialog] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.dismiss()

    page.on("dialog", stay)
    name = page.locator("input[name=name]").first
    was = name.input_value()
    name.click()
    page.keyboard.type("New ")
    words = name.input_value()
    page.get_by_role("link", name="Playground").click()
    wait_until(page, lambda: bool(asked))
    assert asked[0].type == "beforeunload"
    expect(name).to_have_value(words)
    name.fill(was)
    page.get_by_role("link", name="Playground").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Playground")
    assert len(asked) == 1
