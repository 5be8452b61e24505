"""Importing in the whole product: files through a browser, the worker that reads them, and an answer from them."""

import io
import os
import re
import zipfile
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Page, expect
from scripted import onward

from tools.product import Parley

pytestmark = [pytest.mark.e2e, pytest.mark.serve]
QUESTION = "What does the Heron floor lamp weigh?"


def picture_book() -> bytes:
    """A document of more than nine megabytes, nearly all of them a picture."""
    document, plain, packed = docx.Document(), io.BytesIO(), io.BytesIO()
    document.add_heading("Heron floor lamp", 1)
    document.add_heading("Measures", 2)
    document.add_paragraph("The Heron floor lamp weighs 6.4 kg with its foot. It is 158 cm high.")
    document.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        target.writestr("word/media/image1.png", os.urandom(10_500_000))
    return packed.getvalue()


def test_what_an_operator_uploads_is_what_the_assistant_answers_from(
    parley: Parley, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "heron.docx").write_bytes(picture_book())
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    context = browser.new_context(base_url=parley.url, locale="en-GB")
    page = context.new_page()
    sign_in(page, "operator", parley)
    page.goto("/console/knowledge/products/")
    onward(page.get_by_role("link", name="Add documents"))
    page.set_input_files("[data-files]", [tmp_path / "heron.docx", tmp_path / "broken.pdf"])
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.headers["upload-offset"]) if r.method == "PATCH" else None)
    page.get_by_role("button", name="Upload and import").click()
    page.wait_for_url("**/imports/*-*/")
    assert len(sent) > 2
    expect(page.get_by_role("button", name="Try all of them again")).to_be_visible(timeout=60_000)
    expect(page.locator("tr", has_text="broken.pdf")).to_contain_text(
        "not a readable PDF file. Open it in its program"
    )
    expect(page.locator("tr", has_text="heron.docx").locator(".badge")).to_have_text("Ready")
    page.goto("/?assistant=products")
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".support")).to_contain_text("match", timeout=60_000)
    expect(page.locator(".prose")).to_contain_text("6.4 kg")
    context.close()


def sign_in(page: Page, role: str, parley: Parley) -> None:
    """With the password that the first start printed."""
    found = re.search(rf"  {role} +(\S{{12}})", "".join(parley.output))
    assert found
    page.goto("/accounts/login/")
    page.fill("[name=login]", role)
    page.fill("[name=password]", found[1])
    page.press("[name=password]", "Enter")
    page.wait_for_url("/")
