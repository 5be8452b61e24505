"""Documents in the console: finding one among many, reading it, deleting some."""

import re
import uuid
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.accounts.models import Role
from apps.chat.models import Message
from apps.console.reading.paging import PAGE_SIZE
from apps.knowledge.ingest.originals import original_path
from apps.knowledge.models import Collection, Document, Passage

from .conftest import World, as_role

PAGE = "/console/knowledge/shop/"


@pytest.fixture
def many(world: World) -> list[str]:
    shop = Collection.objects.get()
    names = [f"page-{n:04}.md" for n in range(2 * PAGE_SIZE + 5)]
    Document.objects.bulk_create(Document(collection=shop, name=name) for name in names)
    failure = {"code": "password", "values": {}}
    Document.objects.create(collection=shop, name="secret.pdf", state="failed", failure=failure)
    return sorted([*names, "secret.pdf", "returns.md"])


def listed(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{PAGE}{query}")
    assert response.status_code == 200
    return [row.name for row in response.context["page"].page.rows]


def test_every_document_stands_on_exactly_one_page(operator: Client, many: list[str]) -> None:
    seen, query = [], ""
    while True:
        page = operator.get(f"{PAGE}{query}").content.decode()
        seen += listed(operator, query)
        following = re.search(r'rel="next" href="(\?page=[^"]+)"', page)
        if following is None:
            break
        query = following[1]
    assert seen == many


def test_documents_are_found_by_words_of_name_or_title_and_by_state(operator: Client, many: list[str]) -> None:
    assert listed(operator, "?q=0007+page") == ["page-0007.md"]
    assert listed(operator, "?q=退货") == ["returns.md"]
    assert listed(operator, "?state=failed") == ["secret.pdf"]
    assert listed(operator, "?q=nowhere") == []


def test_a_failed_document_says_why_in_the_readers_language(operator: Client, many: list[str]) -> None:
    page = operator.get(f"{PAGE}?state=failed").content.decode()
    assert "protected by a password" in page
    chinese = operator.get(f"{PAGE}?state=failed", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "protected by a password" not in chinese and "密码" in chinese


def test_chosen_documents_go_only_when_asked_twice(operator: Client, many: list[str]) -> None:
    chosen = list(Document.objects.filter(name__startswith="page-000").values_list("pk", flat=True))
    asked = operator.post(f"{PAGE}documents/delete/", {"document": chosen})
    assert "Delete these 10 documents?" in asked.content.decode() and "page-0003.md" in asked.content.decode()
    assert Document.objects.filter(pk__in=chosen).count() == 10
    done = operator.post(f"{PAGE}documents/delete/", {"document": chosen, "sure": "1"}, follow=True)
    assert "10 documents are deleted." in done.content.decode()
    assert not Document.objects.filter(pk__in=chosen).exists()


@pytest.mark.parametrize("chosen", [[], ["x"], ["6f0d0c0e-0000-4000-8000-000000000000"]])
def test_nothing_chosen_deletes_nothing(operator: Client, world: World, chosen: list[str]) -> None:
    assert operator.post(f"{PAGE}documents/delete/", {"document": chosen, "sure": "1"}).status_code == 400
    assert Document.objects.exists()


def test_a_document_of_another_collection_is_not_deleted_from_here(operator: Client, world: World) -> None:
    other = Document.objects.create(collection=Collection.objects.create(slug="other", name="Other"), name="a.md")
    operator.post(f"{PAGE}documents/delete/", {"document": [other.pk], "sure": "1"})
    assert Document.objects.filter(pk=other.pk).exists()


def test_a_document_is_renamed_and_read_as_a_file(operator: Client, world: World) -> None:
    document = Document.objects.get()
    address = f"/console/knowledge/documents/{document.pk}/"
    operator.post(f"{address}rename/", {"name": "退货/规则.md"})
    assert "退货/规则.md" in operator.get(address).content.decode()
    file = operator.get(f"{address}text/")
    assert file.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "%E8%A7%84%E5%88%99.md" in file.headers["Content-Disposition"]
    assert "退货运费由我们承担。" in file.getvalue().decode()


def test_a_passage_is_opened_in_its_document_on_the_right_page(reviewer: Client, world: World) -> None:
    first = Passage.objects.get()
    rest = [
        Passage(
            collection_id=first.collection_id,
            document_id=first.document_id,
            position=position,
            text=f"Text {position}",
            language="en",
            spans=[],
            lexemes="",
            tokens_count=0,
        )
        for position in range(1, 120)
    ]
    Passage.objects.bulk_create(rest)
    wanted = rest[-1]
    place = reviewer.get(f"/console/knowledge/passages/{wanted.pk}/").headers["Location"]
    assert place == f"/console/knowledge/documents/{wanted.document_id}/?page=3#passage-{wanted.pk}"
    page = reviewer.get(place).content.decode()
    assert f'id="passage-{wanted.pk}"' in page and "Text 50" not in page
    beyond = reviewer.get(place.replace("page=3", "page=99")).content.decode()
    assert f'id="passage-{wanted.pk}"' in beyond and 'href="?page=2"' in beyond


def test_who_only_reviews_reads_a_document_and_is_offered_no_change(reviewer: Client, world: World) -> None:
    page = reviewer.get(f"/console/knowledge/documents/{Document.objects.get().pk}/").content.decode()
    assert "退货运费由我们承担。" in page
    assert (
        not re.search(r'"/console/[^"]*/(rename|delete)/', page) and 'href="/console/knowledge/shop/"' not in page
    )


def test_the_original_is_downloaded_as_it_was_and_never_shown_in_our_name(
    reviewer: Client, world: World, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    page = b"<script>alert(1)</script>"
    Document.objects.update(name="zh/退货.html", original="abcd.html")
    address = f"/console/knowledge/documents/{Document.objects.get().pk}/"
    assert "not kept" in reviewer.get(address).content.decode()
    assert reviewer.get(f"{address}original/").status_code == 404
    original_path("abcd.html").parent.mkdir(parents=True)
    original_path("abcd.html").write_bytes(page)
    shown = reviewer.get(address).content.decode()
    assert f'href="{address}original/"' in shown and "退货.html" in shown
    answer = reviewer.get(f"{address}original/")
    assert b"".join(answer.streaming_content) == page
    assert answer["Content-Disposition"].startswith("attachment;") and "%E9%80%80" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("role", ["", Role.CUSTOMER])
def test_an_outsider_reads_no_document(role: str, world: World) -> None:
    passage = Passage.objects.get()
    for address in ("", "text/", "original/"):
        response = as_role(role).get(f"/console/knowledge/documents/{passage.document_id}/{address}")
        assert response.status_code in {302, 403} and passage.text not in response.content.decode()


def test_a_page_from_the_web_leads_to_where_it_stands(reviewer: Client, world: World) -> None:
    Document.objects.update(address="https://help.example.com/returns?a=1&b=2")
    page = reviewer.get(f"/console/knowledge/documents/{Document.objects.get().pk}/").content.decode()
    assert 'href="https://help.example.com/returns?a=1&amp;b=2"' in page


def test_code_is_shown_as_code_and_does_no_harm(operator: Client, world: World) -> None:
    text = "Run <it>.\nThen:\n```\nif a < b:\n    go & see\n```\nDone."
    Passage.objects.update(text=text)
    page = operator.get(f"/console/knowledge/documents/{Document.objects.get().pk}/").content.decode()
    assert "<pre><code>if a &lt; b:\n    go &amp; see</code></pre>" in page
    assert "<p>Run &lt;it&gt;.<br>Then:</p>" in page and "```" not in page


def test_a_document_that_mixes_languages_says_both(reviewer: Client, world: World) -> None:
    passage = Passage.objects.get()
    place = f"/console/knowledge/documents/{passage.document_id}/"
    for position, language in enumerate(["en", "zh", "en"], 1):
        passage.pk, passage.position, passage.language = uuid.uuid4(), position, language
        passage.save(force_insert=True)
    assert "<dd>English · Chinese</dd>" in reviewer.get(place).content.decode()
    Passage.objects.update(language="zh")
    assert "<dd>中文</dd>" in reviewer.get(place, headers={"Accept-Language": "zh-CN"}).content.decode()


def test_a_link_to_a_row_of_a_table_opens_the_document_at_that_row(reviewer: Client, world: World) -> None:
    text = "Lamp: <Ember>\nLamp: Harbor"
    Passage.objects.update(text=text, language="en", spans=[0, 13, 14, 26], rows=[12, 14])
    passage = Passage.objects.get()
    links = f"/console/knowledge/passages/{passage.pk}/"
    place = f"/console/knowledge/documents/{passage.document_id}/#passage-{passage.pk}"
    assert reviewer.get(f"{links}?row=14").headers["Location"] == f"{place}-14"
    for other in ("?row=13", "?row=x", ""):
        assert reviewer.get(links + other).headers["Location"] == place
    page = reviewer.get(place).content.decode()
    assert f'<li id="passage-{passage.pk}-12" value="12">Lamp: &lt;Ember&gt;</li>' in page
    assert "rows 12 to 14" in page
    chinese = reviewer.get(place, headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "第 12 至 14 行" in chinese


def test_a_transcript_leads_to_the_row_that_was_quoted(reviewer: Client, world: World) -> None:
    [found] = world.generation.retrieval["passages"]
    Message.objects.filter(generation=world.generation).update(
        sources=[
            {"number": 1, "passage": found["passage"], "title": "", "heading": "", "excerpt": "", "rows": [7, 7]}
        ]
    )
    page = reviewer.get(f"/console/conversations/{world.conversation.pk}/").content.decode()
    assert f"/console/knowledge/passages/{found['passage']}/?row=7" in page and "row 7" in page
