"""From the console to the answer that a visitor reads: an edit, its undoing, a deletion; on the whole product."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.product import ROOT, Parley, asked

pytestmark = [pytest.mark.e2e, pytest.mark.serve]
QUESTION = "On which day is the parcel museum in Kunshan open?"
THURSDAYS = "The parcel museum in Kunshan is open on Thursdays from 10:00 to 16:00."


@pytest.fixture(scope="module")
def museum(parley: Parley, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A document of the shop's that nothing else asks about; its name."""
    document = tmp_path_factory.mktemp("museum") / "museum.md"
    document.write_text(f"# The parcel museum\n\n{THURSDAYS} Entry is free for everybody.\n")
    command = [sys.executable, "manage.py", "kb_import", "shop", str(document)]
    env = {**os.environ, "PARLEY_DATA": str(parley.data)}
    subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, timeout=120)
    return "museum.md"


@pytest.fixture
def documents(parley: Parley, browser: Browser) -> Iterator[Page]:
    """The shop's documents, for the operator, who signs in with the password that the first start printed."""
    printed = re.search(r"^  operator +(\S+)", "".join(parley.output), re.MULTILINE)
    assert printed
    complaints: list[str] = []
    context = browser.new_context(base_url=parley.url, locale="en-GB")
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/accounts/login/?next=/console/knowledge/")
    page.fill("[name=login]", "operator")
    page.fill("[name=password]", printed[1])
    page.press("[name=password]", "Enter")
    page.get_by_role("link", name="Lanternfield shop").click()
    yield page
    context.close()
    assert complaints == []


def find(documents: Page, name: str) -> None:
    documents.fill("#q", name)
    documents.press("#q", "Enter")
    documents.wait_for_url("**/?q=*")


def test_an_edited_passage_is_answered_as_edited_until_it_is_put_back(
    parley: Parley, museum: str, documents: Page
) -> None:
    assert "Thursdays" in asked(parley, QUESTION)["text"]
    find(documents, museum)
    documents.get_by_role("link", name=museum).click()
    documents.get_by_role("link", name="Edit passage 1", exact=True).click()
    text = documents.locator("#text")
    text.fill(text.input_value().replace("Thursdays", "Fridays"))
    documents.get_by_role("button", name="Save").click()
    piece = documents.locator(".piece:target")
    expect(piece).to_contain_text("Fridays")
    expect(piece).to_contain_text("Edited operator")

    visitor = documents.context.new_page()
    visitor.goto("/?assistant=service")
    visitor.fill("#question", QUESTION)
    visitor.press("#question", "Enter")
    expect(visitor.locator(".prose")).to_contain_text("Fridays", timeout=60_000)

    piece.get_by_role("link", name="Edit").click()
    documents.get_by_role("button", name="Put it back").click()
    expect(piece).to_contain_text("Thursdays")
    expect(piece).not_to_contain_text("Edited")
    answer = asked(parley, QUESTION)["text"]
    assert "Thursdays" in answer and "Fridays" not in answer


def test_a_document_that_was_chosen_and_deleted_is_quoted_no_more(
    parley: Parley, museum: str, documents: Page
) -> None:
    assert "The parcel museum" in {source["title"] for source in asked(parley, QUESTION)["sources"]}
    find(documents, museum)
    delete = documents.get_by_role("button", name="Delete the chosen ones")
    expect(delete).to_be_disabled()
    documents.get_by_label("Choose all of this page").check()
    delete.click()
    documents.get_by_role("button", name="Delete", exact=True).click()
    expect(documents.locator(".notice.ok")).to_have_text("1 document is deleted.")
    answer = asked(parley, QUESTION)
    assert "The parcel museum" not in {source["title"] for source in answer["sources"]}
    assert "Thursdays" not in answer["text"]
