"""Addresses, pairs that were left out and embedding indexes in a browser."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.test import Client
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.inference import services as inference
from apps.knowledge.models import Collection, Document, DroppedPair, EmbeddingIndex, Import, Passage

pytestmark = pytest.mark.e2e


@pytest.fixture
def session(keep_tables: None, transactional_db: None, site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of an operator, with a collection."""
    monkeypatch.setattr(
        inference, "embed_sync", lambda *, texts, purpose, language="en": [[1.0] * 384 for _ in texts]
    )
    user = User.objects.create(username=f"olga-{uuid.uuid4().hex[:8]}", role="operator")
    client = Client()
    client.force_login(user)
    collection = Collection.objects.create(slug="sources", name="Sources")
    yield client.cookies["sessionid"].value
    EmbeddingIndex.objects.exclude(state="active").delete()
    collection.delete()
    user.delete()


def test_a_pair_is_taken_back_from_the_list(session: str, open_page: Callable[..., Page]) -> None:
    document = Document.objects.create(
        collection=Collection.objects.get(slug="sources"), name="faq.csv", title="FAQ"
    )
    failure = {"code": "noise", "values": {}}
    DroppedPair.objects.create(
        document=document,
        row=4,
        question="Where is the depot?",
        answer="--- Kunshan ---",
        digest="x",
        failure=failure,
    )
    page = open_page("/console/knowledge/sources/", session=session)
    page.get_by_role("link", name="See which, and why").click()
    page.get_by_role("link", name="Noise 1").click()
    page.wait_for_url("**why=noise*")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    assert page.url.endswith("why=noise&page=1")
    assert Passage.objects.filter(document=document).count() == 1


def test_an_address_that_is_typed_leads_to_its_import(
    session: str, open_page: Callable[..., Page], settings: LazySettings
) -> None:
    settings.KNOWLEDGE_HOSTS = ["help.example.com"]
    page = open_page("/console/knowledge/sources/", session=session)
    page.get_by_label("Addresses, one a line").fill("http://169.254.169.254/")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Nothing may be imported from 169.254.169.254")).to_be_visible()
    page.get_by_label("Addresses, one a line").fill("https://help.example.com/returns")
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/imports/*-*/")
    expect(page.get_by_text("help.example.com/returns")).to_be_visible()
    assert Import.objects.get().items.get().address == "https://help.example.com/returns"


def test_the_page_follows_an_index_until_it_answers(session: str, open_page: Callable[..., Page]) -> None:
    page = open_page("/console/indexes/", session=session)
    index = EmbeddingIndex.objects.create(embedder="other@1", dimension=384, done=1, total=4)
    page.reload()
    expect(page.get_by_text("1 of 4 passages")).to_be_visible()
    EmbeddingIndex.objects.filter(pk=index.pk).update(done=3)
    expect(page.get_by_text("3 of 4 passages")).to_be_visible()
    page.get_by_role("button", name="Give it up").click()
    expect(page.get_by_text("Being built beside it")).to_have_count(0)
    index.refresh_from_db()
    assert index.state == "retired"


def test_a_document_tells_once_it_stands_which_of_its_words_answers_are_withheld_for(
    session: str, open_page: Callable[..., Page]
) -> None:
    collection = Collection.objects.get(slug="sources")
    document = Document.objects.create(collection=collection, name="worming.md", title="Worming", passages_count=1)
    passage = Passage.objects.create(
        collection=collection,
        document=document,
        position=0,
        text="A pregnant bitch is wormed weekly.",
        language="en",
        spans=[0, 34],
        lexemes="",
        tokens_count=6,
    )
    page = open_page(f"/console/knowledge/documents/{document.pk}/", session=session)
    notice = page.get_by_role("status").filter(has_text="1 passage holds words")
    notice.get_by_text("Where they stand").click()
    notice.get_by_role("link", name="passage 1").click()
    expect(page).to_have_url(f"{page.url.partition('#')[0]}#passage-{passage.pk}")
    notice.get_by_role("link", name="bitch").click()
    expect(page.get_by_role("button", name="Take out bitch", exact=True)).to_be_visible()
