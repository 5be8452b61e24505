"""Who may open the file behind a passage, and as what it is served."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIRequestFactory, force_authenticate

from apps.accounts.models import Role, User
from apps.audit.models import AuditEvent
from apps.chat.models import Assistant
from apps.core.actor import SYSTEM, Actor, InboxActor, KeyActor
from apps.core.errors import NotAllowed
from apps.knowledge.api import passage_detail
from apps.knowledge.ingest.originals import original_path
from apps.knowledge.models import Collection, Document, FormerPassage, Passage
from apps.knowledge.services import collection_originals_set

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 1000
HOSTILE = b"<!doctype html><script>alert(document.cookie)</script>"
Keep = Callable[..., Passage]


@pytest.fixture(autouse=True)
def data_folder(settings: LazySettings, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    cache.clear()


@pytest.fixture
def collection() -> Collection:
    made = Collection.objects.create(slug="help", name="Help", originals_open=True)
    Assistant.objects.create(slug="shop", name="Shop").collections.add(made)
    return made


@pytest.fixture
def keep(collection: Collection) -> Keep:
    """A passage of a file as it was imported."""

    def kept(name: str = "读者手册.pdf", data: bytes = PDF, into: Collection = collection) -> Passage:
        original = f"{hashlib.sha256(data).hexdigest()}.{name.rpartition('.')[2]}"
        original_path(original).parent.mkdir(parents=True, exist_ok=True)
        original_path(original).write_bytes(data)
        document = Document.objects.create(collection=into, name=name, title="Handbook", original=original)
        columns = {"collection": into, "document": document, "language": "en", "spans": [0, 5], "page": 3}
        return Passage.objects.create(position=0, text="Free.", lexemes="", tokens_count=1, **columns)

    return kept


def address(passage: Passage) -> str:
    return f"/originals/{passage.pk}/"


def person(role: str) -> User:
    return User.objects.create_user(role, f"{role}@example.org", "x", role=role)


def told(client: Client, passage: Passage) -> Any:
    """Where the page is told to open it, if anywhere."""
    answer = client.get(f"/api/knowledge/passages/{passage.pk}/")
    return answer.json()["original"] if answer.status_code == 200 else None


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_customer_opens_the_pdf_in_the_browser_where_the_collection_says_so(client: Client, keep: Keep) -> None:
    passage = keep()
    assert told(client, passage) == address(passage)
    response = client.get(address(passage))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-cache"
    name = "%E8%AF%BB%E8%80%85%E6%89%8B%E5%86%8C.pdf"
    assert response["Content-Disposition"] == f"inline; filename*=utf-8''{name}"
    assert body(response) == PDF


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.md", "a.txt", "a.docx", "a.csv"])
def test_nothing_but_a_pdf_is_ever_shown_in_our_name(client: Client, keep: Keep, name: str) -> None:
    response = client.get(address(keep(name, HOSTILE)))
    assert (response.status_code, response["Content-Type"]) == (200, "application/octet-stream")
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("role", [None, "customer", "reviewer", "operator", "admin"])
def test_a_collection_whose_files_are_closed_opens_them_to_staff_alone(
    client: Client, keep: Keep, collection: Collection, role: str | None
) -> None:
    passage = keep()
    Collection.objects.update(originals_open=False)
    if role:
        client.force_login(person(role))
    is_staff = role not in {None, "customer"}
    assert client.get(address(passage)).status_code == (200 if is_staff else 404)
    assert told(client, passage) == (address(passage) if is_staff else "")


def test_whoever_may_not_read_the_passage_may_not_open_its_file(
    client: Client, keep: Keep, collection: Collection
) -> None:
    ours, apart = keep(), Collection.objects.create(slug="apart", name="Apart", originals_open=True)
    own = Collection.objects.create(slug="file-1", name="Mine", personal=True, originals_open=True)
    strangers = [keep("b.pdf", PDF + b"b", apart), keep("c.pdf", PDF + b"c", own)]
    client.force_login(person("customer"))
    assert [client.get(address(passage)).status_code for passage in (ours, *strangers)] == [200, 404, 404]
    Assistant.objects.update(audience="staff")
    assert client.get(address(ours)).status_code == 404
    Assistant.objects.update(audience="everyone", enabled=False)
    assert client.get(address(ours)).status_code == 404
    client.force_login(person("admin"))
    assert [client.get(address(passage)).status_code for passage in (ours, *strangers)] == [200, 200, 404]


def test_what_is_withdrawn_is_gone_and_what_was_replaced_says_so(client: Client, keep: Keep) -> None:
    passage = keep()
    FormerPassage.objects.create(pk=passage.pk, document=passage.document, position=0)
    Passage.objects.all().delete()
    response = client.get(address(passage), headers={"accept": "text/html"})
    assert response.status_code == 404 and "has changed since it was quoted" in response.content.decode()
    Document.objects.all().delete()
    response = client.get(address(passage))
    assert response.status_code == 404 and "changed" not in response.content.decode()


def test_a_passage_that_stayed_opens_the_version_in_which_it_stands_now(client: Client, keep: Keep) -> None:
    passage = keep()
    newer = keep("newer.pdf", PDF + b"newer").document
    Document.objects.filter(pk=passage.document_id).update(original=newer.original)
    assert body(client.get(address(passage))).endswith(b"newer")


def test_a_file_that_was_not_kept_is_offered_to_nobody(client: Client, keep: Keep) -> None:
    passage = keep()
    original_path(passage.document.original).unlink()
    assert told(client, passage) == ""
    assert client.get(address(passage)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-4", 0, 5), ("bytes=100000-", 100000, None), ("bytes=-7", -7, None), ("bytes=5-99999999", 5, None)],
)
def test_a_viewer_gets_the_part_that_it_asks_for(
    client: Client, keep: Keep, asked: str, start: int, end: int | None
) -> None:
    response = client.get(address(keep()), headers={"range": asked})
    part = PDF[start:end]
    assert response.status_code == 206 and body(response) == part
    first = start % len(PDF)
    assert response["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(PDF)}"
    assert response["Content-Length"] == str(len(part))


@pytest.mark.parametrize("asked", ["bytes=0-4,9-10", "bytes=-", "bytes=9-4", "lines=1-2", "bytes=a-b", "bytes=٣-٤"])
def test_what_is_no_single_part_gets_the_whole(client: Client, keep: Keep, asked: str) -> None:
    response = client.get(address(keep()), headers={"range": asked})
    assert response.status_code == 200 and body(response) == PDF


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", "bytes=-0"])
def test_a_part_behind_the_end_is_refused(client: Client, keep: Keep, asked: str) -> None:
    response = client.get(address(keep()), headers={"range": asked})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(PDF)}")


def test_a_file_that_the_browser_has_is_not_sent_again_nor_parts_of_two_versions(
    client: Client, keep: Keep
) -> None:
    passage = keep()
    tag = client.get(address(passage))["ETag"]
    assert client.get(address(passage), headers={"if-none-match": tag}).status_code == 304
    assert client.get(address(passage), headers={"range": "bytes=0-4", "if-range": tag}).status_code == 206
    changed = client.get(address(passage), headers={"range": "bytes=0-4", "if-range": '"older"'})
    assert changed.status_code == 200 and body(changed) == PDF


def test_who_opens_files_without_end_has_to_wait_and_nobody_else(client: Client, keep: Keep) -> None:
    passage = keep()
    for _ in range(240):
        assert client.get(address(passage), headers={"range": "bytes=0-0"}).status_code == 206
    assert client.get(address(passage)).status_code == 429
    client.force_login(person("customer"))
    assert client.get(address(passage)).status_code == 200


def test_it_can_only_be_read(client: Client, keep: Keep) -> None:
    passage = keep()
    assert client.post(address(passage)).status_code == 405
    assert client.head(address(passage))["Content-Length"] == str(len(PDF))


def test_opening_the_files_of_a_collection_is_the_keepers_and_in_the_audit_log(collection: Collection) -> None:
    for opened in (False, False, True):
        collection_originals_set(actor=SYSTEM, collection_id=collection.pk, opened=opened)
        assert Collection.objects.get(slug="help").originals_open is opened
    said = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(said) == ["collection.originals_closed", "collection.originals_opened"]
    rita = Actor(user_id=1, label="rita", role=Role.REVIEWER)
    with pytest.raises(NotAllowed):
        collection_originals_set(actor=rita, collection_id=collection.pk, opened=False)


def test_who_comes_with_a_key_or_in_a_widget_is_given_no_link_that_carries_neither(keep: Keep) -> None:
    passage, slugs = keep(), frozenset({"shop"})
    key = KeyActor(label="crm", key_id=uuid.uuid4(), assistants=slugs)
    visitor = InboxActor(label="visitor", visitor_id=uuid.uuid4(), inbox_id=uuid.uuid4(), assistants=slugs)
    for actor in (key, visitor):
        request = APIRequestFactory().get("/")
        force_authenticate(request, user=AnonymousUser(), token=actor)
        answer = passage_detail(request, passage_id=passage.pk)
        assert (answer.status_code, answer.data["original"]) == (200, "")
