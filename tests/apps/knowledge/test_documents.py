"""Documents: taking them out, calling them something else, and who may."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.audit.selectors import audit_events
from apps.chat.models import Assistant
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound
from apps.knowledge.models import Collection, Document, Passage, PassageVector
from apps.knowledge.retrieval.search import search
from apps.knowledge.selectors import access_document, document_text
from apps.knowledge.services import collection_import, document_rename, documents_delete

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
OUTSIDERS = [Actor(user_id=2, label="rita", role=Role.REVIEWER), Actor(user_id=3, label="carl", role=Role.CUSTOMER)]


@pytest.fixture
def returns(help_pages: Collection) -> Document:
    return Document.objects.get(name="en/returns.md")


def quoted(collection: Collection, question: str) -> set[str]:
    found = search(collection_ids=[collection.pk], question=question, limit=10)
    return {passage.title for passage in found.passages}


def test_a_deleted_document_is_never_quoted_again(help_pages: Collection, returns: Document) -> None:
    question = "How long do I have to return goods?"
    assert "Returns" in quoted(help_pages, question)
    assert documents_delete(actor=OLGA, document_ids=[returns.pk]) == 1
    assert "Returns" not in quoted(help_pages, question)
    assert not Passage.objects.filter(document=returns.pk).exists()
    assert PassageVector.objects.count() == Passage.objects.count()


def test_several_documents_go_at_once_and_each_stands_in_the_audit_log(help_pages: Collection) -> None:
    names = dict(help_pages.documents.filter(name__startswith="zh/").values_list("pk", "name"))
    version = help_pages.version
    gone_already = uuid.uuid4()
    assert documents_delete(actor=OLGA, document_ids=[*names, gone_already]) == len(names)
    assert not help_pages.documents.filter(name__startswith="zh/").exists()
    assert {event.data["name"] for event in audit_events(action="document.deleted")} == set(names.values())
    help_pages.refresh_from_db()
    assert help_pages.version > version  # cached answers are made anew


def test_a_renamed_document_is_known_again_by_its_next_import(returns: Document, tmp_path) -> None:
    document_rename(actor=OLGA, document_id=returns.pk, name="rules/returns.md")
    changed = tmp_path / "again" / "rules" / "returns.md"
    changed.parent.mkdir(parents=True)
    changed.write_text("# Returns\n\nGoods can be returned within 60 days of delivery.\n")
    report = collection_import(actor=SYSTEM, collection="help", paths=[tmp_path / "again"])
    assert report.replaced == ["rules/returns.md"]
    event = audit_events(action="document.renamed").get()
    assert event.data == {"from": "en/returns.md", "to": "rules/returns.md"}


def test_a_name_leads_nowhere_else(returns: Document) -> None:
    assert document_rename(actor=OLGA, document_id=returns.pk, name="C:\\docs\\..\\a.md").name == "docs/a.md"


@pytest.mark.parametrize("name", ["", "  ", "../..", "\u200b"])
def test_a_document_keeps_a_name(returns: Document, name: str) -> None:
    with pytest.raises(BadInput):
        document_rename(actor=OLGA, document_id=returns.pk, name=name)


def test_two_documents_of_a_collection_never_have_one_name(returns: Document) -> None:
    with pytest.raises(Conflict, match="named en/lamp"):
        document_rename(actor=OLGA, document_id=returns.pk, name="en/lamp.html")
    returns.refresh_from_db()
    assert returns.name == "en/returns.md"


@pytest.mark.parametrize("actor", OUTSIDERS, ids=lambda actor: actor.label)
def test_an_outsider_neither_deletes_nor_renames(returns: Document, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        documents_delete(actor=actor, document_ids=[returns.pk])
    with pytest.raises(NotAllowed):
        document_rename(actor=actor, document_id=returns.pk, name="mine.md")
    assert Document.objects.filter(name="en/returns.md").exists()


def test_a_document_is_seen_by_staff_and_by_those_whose_assistant_answers_from_it(returns: Document) -> None:
    staff = [User(username=role, role=role) for role in (Role.REVIEWER, Role.OPERATOR, Role.ADMIN)]
    others = [AnonymousUser(), User(username="carl", role=Role.CUSTOMER)]
    assert [access_document(person, returns.pk).pk for person in staff] == [returns.pk] * 3
    for person in others:
        with pytest.raises(NotFound):
            access_document(person, returns.pk)
    assistant = Assistant.objects.create(slug="desk", name="Desk", audience="members")
    assistant.collections.add(returns.collection)
    assert access_document(others[1], returns.pk).pk == returns.pk
    with pytest.raises(NotFound):
        access_document(others[0], returns.pk)


def test_the_text_of_a_document_reads_as_its_file_did(help_pages: Collection, tmp_path) -> None:
    sentences = [f"Rule number {n} says that parcel {n} is packed twice before it leaves." for n in range(40)]
    (tmp_path / "long.md").write_text("# Rules\n\n## Packing\n\n" + " ".join(sentences) + "\n")
    collection_import(actor=SYSTEM, collection="help", paths=[tmp_path / "long.md"])
    document = Document.objects.get(name="long.md")
    assert document.passages_count > 2
    text = "".join(document_text(document))
    assert text.startswith("# Rules\n\n## Packing\n\nRule number 0")
    assert [text.count(sentence) for sentence in sentences] == [1] * 40  # no overlap twice


def test_a_document_that_is_replaced_while_it_is_read_gives_no_mixture_of_two(returns: Document) -> None:
    text = document_text(returns)
    next(text)
    next(text)
    Document.objects.filter(pk=returns.pk).update(imported_at=timezone.now())
    with pytest.raises(Conflict, match="replaced while it was being read"):
        list(text)
