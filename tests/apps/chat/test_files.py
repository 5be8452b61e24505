"""Files that are brought to a question: read safely, searched in their conversation alone, gone with it."""

import io
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.chat.api.files import PER_MINUTE
from apps.chat.files import LIMITS
from apps.chat.generation.runner import generation_run
from apps.chat.models import CachedAnswer, QuestionFile
from apps.chat.services import conversation_delete, files_forget
from apps.core.db import in_database
from apps.core.errors import NotFound
from apps.knowledge.models import Collection, Passage
from apps.knowledge.selectors import collections

from .fakes import FakeRuntime, FakeSearch, send

pytestmark = pytest.mark.usefixtures("assistant")

LEASE = b"# Lease\n\nThe rent of the flat is 900 euros a month. The notice period is three months.\n"


@pytest.fixture(autouse=True)
def no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passages are found by their words alone: no embedder is asked."""
    monkeypatch.setattr("apps.knowledge.services.personal.embed_pieces", lambda title, pieces: [{} for _ in pieces])


def bring(browser, content: bytes = LEASE, name: str = "lease.md"):
    return browser.post("/api/chat/files/", {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_read_and_belongs_to_its_question(cast) -> None:
    actor, browser = cast["visitor"]
    brought = bring(browser).json()
    assert (brought["name"], brought["size"]) == ("lease.md", len(LEASE))
    sent = send(actor, "What is the notice period?", files=[uuid.UUID(brought["id"])])
    shown = browser.get(f"/api/chat/conversations/{sent.conversation.pk}/").json()
    assert shown["messages"][0]["files"] == [brought]
    assert {"file.brought"} <= set(AuditEvent.objects.values_list("action", flat=True))


def test_who_brings_files_and_takes_them_back_without_end_has_to_wait(cast) -> None:
    (_, browser), (_, other) = cast["visitor"], cast["passer_by"]
    for _ in range(PER_MINUTE):
        assert bring(browser, b"", "x.exe").status_code == 400
    refused = bring(browser)
    assert (refused.status_code, refused.json()["error"]["seconds"] > 0) == (429, True)
    assert bring(other).status_code == 201


@pytest.mark.asyncio
async def test_the_search_of_its_conversation_sees_it_and_the_answer_is_not_kept_for_others(
    cast, runtime: FakeRuntime, search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_in: list[list[uuid.UUID]] = []
    plain = FakeSearch.__call__

    async def noting(self, *, collection_ids, question: str, limit: int):
        looked_in.append(list(collection_ids))
        return await plain(self, collection_ids=collection_ids, question=question, limit=limit)

    monkeypatch.setattr(FakeSearch, "__call__", noting)
    actor, browser = cast["owner"]

    def begin():
        file = uuid.UUID(bring(browser).json()["id"])
        collection = QuestionFile.objects.get(pk=file).collection_id
        return collection, send(actor, files=[file]), send(actor), send(cast["stranger"][0])

    collection, *sent = await in_database(begin)
    for one in sent:
        await generation_run(one.generation.pk)
    assert looked_in[0] == [collection]
    assert all(collection not in ids for ids in looked_in[1:])
    kept = await in_database(lambda: list(CachedAnswer.objects.values_list("generation", flat=True)))
    assert sent[0].generation.pk not in kept


def test_nobody_else_can_send_remove_or_read_it(cast) -> None:
    actor, browser = cast["owner"]
    file = uuid.UUID(bring(browser).json()["id"])
    with pytest.raises(NotFound):
        send(cast["stranger"][0], files=[file])
    assert cast["stranger"][1].delete(f"/api/chat/files/{file}/").status_code == 404
    sent = send(actor, files=[file])
    with pytest.raises(NotFound):
        send(actor, files=[file])  # once only
    passage = Passage.objects.get(collection__personal=True)
    own = f"/api/chat/conversations/{sent.conversation.pk}/passages/{passage.pk}/"
    assert "notice period" in browser.get(own).json()["text"]
    other = send(actor).conversation.pk
    assert browser.get(f"/api/chat/conversations/{other}/passages/{passage.pk}/").status_code == 404
    for name in ("stranger", "visitor", "reviewer"):
        assert cast[name][1].get(own).status_code == 404
        assert cast[name][1].get(f"/api/knowledge/passages/{passage.pk}/").status_code == 404


def test_no_list_of_the_knowledge_base_shows_it(cast) -> None:
    bring(cast["visitor"][1])
    assert Collection.objects.filter(personal=True).count() == 1
    assert not collections().exists()


def test_it_goes_with_its_conversation_and_alone_when_taken_back(cast) -> None:
    actor, browser = cast["owner"]
    first, second = (uuid.UUID(bring(browser).json()["id"]) for _ in range(2))
    sent = send(actor, files=[first])
    assert browser.delete(f"/api/chat/files/{second}/").status_code == 204
    assert Passage.objects.count() == 1
    conversation_delete(actor=actor, conversation_id=sent.conversation.pk)
    assert not QuestionFile.objects.exists() and not Passage.objects.exists() and not Collection.objects.exists()


def test_what_is_never_sent_is_forgotten_after_a_day(cast) -> None:
    actor, browser = cast["owner"]
    sent, old, _new = (uuid.UUID(bring(browser).json()["id"]) for _ in range(3))
    send(actor, files=[sent])
    QuestionFile.objects.filter(pk__in=[sent, old]).update(created_at=timezone.now() - timedelta(days=2))
    assert files_forget() == 1
    assert not QuestionFile.objects.filter(pk=old).exists() and Passage.objects.count() == 2


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "Files of this type cannot be read"),
        ("a.pdf", b"no PDF", "not what its name says"),
        ("a.docx", bomb, "unpack to far more"),
        ("a.txt", b"", "no text in it"),
        ("a.txt", b" \n ", "no text in it"),
        ("a.zip", b"PK", "Files of this type cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(cast, name: str, content, words: str) -> None:
    response = bring(cast["visitor"][1], content() if callable(content) else content, name)
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]
    assert not QuestionFile.objects.exists() and not Collection.objects.exists()


def test_a_file_that_is_too_large_and_one_too_many_are_refused(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _actor, browser = cast["owner"]
    monkeypatch.setitem(LIMITS, "files", 2)
    assert [bring(browser).status_code for _ in range(3)] == [201, 201, 429]
    monkeypatch.setitem(LIMITS, "bytes", 10)
    assert "larger than" in bring(browser).json()["error"]["message"]


def test_a_file_is_moderated_like_a_question(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def blocked(texts: list[str]) -> None:
        return None

    monkeypatch.setattr("apps.chat.services.files.inputs_check", blocked)
    response = bring(cast["owner"][1])
    assert "may not be asked about" in response.json()["error"]["message"]
    assert not Passage.objects.exists()
    assert AuditEvent.objects.filter(action="file.refused").exists()


def test_what_moderation_masks_is_not_kept(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def masked(texts: list[str]) -> list[str]:
        return [text.replace("900", "***") for text in texts]

    monkeypatch.setattr("apps.chat.services.files.inputs_check", masked)
    bring(cast["owner"][1])
    passage = Passage.objects.get()
    assert "***" in passage.text and "900" not in f"{passage.text} {passage.lexemes}"
