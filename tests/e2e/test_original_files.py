"""From a source to the file that it stands in: a PDF at its page, a page of the web at its words."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from scripted import PASSAGE, TEXT, Socket, delta, end, source

from apps.chat.models import Assistant
from apps.knowledge.ingest.originals import original_path
from apps.knowledge.models import Collection, Document, Passage
from tests.apps.knowledge.made_pdfs import made

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]
Chat = Callable[..., tuple[Page, Socket]]
PAGES = [[(50.0, 700.0, f"This is page {number}.")] for number in range(1, 6)]


@pytest.fixture
def handbook(assistants: None, settings: LazySettings, tmp_path: Path) -> Iterator[Document]:
    """A PDF of five pages that customers may open; the passage stands on its third."""
    settings.DATA_DIR = tmp_path
    collection = Collection.objects.create(slug="handbook", name="Handbook", originals_open=True)
    Assistant.objects.get(slug="shop").collections.add(collection)
    original = f"{uuid4().hex}.pdf"  # a name of its own: what the browser has of another test is no answer here
    original_path(original).parent.mkdir(parents=True)
    original_path(original).write_bytes(made(*PAGES))
    name = "readers-handbook.pdf"
    document = Document.objects.create(collection=collection, name=name, title="Returns", original=original)
    columns = {"collection": collection, "document": document, "language": "en", "spans": [0, 33], "page": 3}
    Passage.objects.create(pk=PASSAGE, position=0, text=TEXT, lexemes="", tokens_count=1, **columns)
    yield document
    Assistant.objects.get(slug="shop").collections.clear()
    collection.delete()


def opened(chat: Chat, **told: Any) -> Page:
    """The panel of the only source."""
    page, socket = chat()
    page.fill("#question", "Can I return it?")
    page.press("#question", "Enter")
    send = socket.expect("send")
    socket.accept(send)
    said = delta("You may return it within 30 days. [1]")
    socket.events(send["generation"], source() | told, said, end())
    page.locator(".cite").click()
    return page


def test_the_pdf_opens_in_a_new_tab_at_the_page_of_the_quote(chat: Chat, handbook: Document) -> None:
    Passage.objects.update(rows=[3, 4])
    page = opened(chat, page=4, pages=[4, 4])
    link = page.get_by_role("link", name="Open readers-handbook.pdf at page 4")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    assert link.get_attribute("href") == f"/originals/{PASSAGE}/#page=4"
    # Chromium's headless shell has no viewer to open it in.
    answer = page.request.get(link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="readers-handbook.pdf"'
    assert answer.body().startswith(b"%PDF-")


def test_a_passage_that_has_moved_since_it_was_quoted_opens_where_it_is(chat: Chat, handbook: Document) -> None:
    page = opened(chat, page=9, pages=[9, 9])
    expect(page.get_by_role("link", name="Open readers-handbook.pdf at page 3")).to_be_visible()
    expect(page.locator(".passage-document .figures")).to_have_text("page 3")


def test_a_file_that_no_browser_shows_is_downloaded_under_its_name(
    chat: Chat, handbook: Document, settings: LazySettings
) -> None:
    original_path("cd.docx").parent.mkdir(parents=True)
    original_path("cd.docx").write_bytes(b"PK\x03\x04")
    Document.objects.filter(pk=handbook.pk).update(name="en/handbook.docx", original="cd.docx")
    Passage.objects.update(page=None)
    page = opened(chat)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download en/handbook.docx").click()
    assert download.value.suggested_filename == "handbook.docx"


def test_where_the_files_are_closed_the_name_leads_nowhere(chat: Chat, handbook: Document) -> None:
    Collection.objects.update(originals_open=False)
    page = opened(chat, page=3)
    expect(page.locator(".passage-document")).to_contain_text("readers-handbook.pdf")
    expect(page.locator(".passage-document a")).to_have_count(0)


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("https://help.example.com/a", "#:~:text=You%20may%20return%20it%20within%2030%20days."),
        ("https://help.example.com/a#returns", ":~:text=You%20may%20return%20it%20within%2030%20days."),
    ],
)
def test_a_page_of_the_web_opens_at_the_words_that_were_quoted(
    chat: Chat, handbook: Document, address: str, leads: str
) -> None:
    Document.objects.filter(pk=handbook.pk).update(name="help.example.com/a", address=address)
    Passage.objects.update(page=None)
    link = opened(chat).get_by_role("link", name="Open help.example.com/a")
    assert link.get_attribute("href") == address + leads
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
