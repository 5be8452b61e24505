"""Who may read the passage behind a source."""

import uuid

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.chat.models import Assistant
from apps.knowledge.ingest.sniff import SLIDES
from apps.knowledge.models import Collection, Document, Passage

pytestmark = pytest.mark.django_db


def address(passage_id: uuid.UUID) -> str:
    return f"/api/knowledge/passages/{passage_id}/"


@pytest.fixture
def passage(help_pages: Collection) -> Passage:
    return Passage.objects.get(document__name="zh/returns.md", position=0)


@pytest.fixture
def assistant(help_pages: Collection) -> Assistant:
    made = Assistant.objects.create(slug="shop", name="Shop")
    made.collections.add(help_pages)
    return made


def test_a_visitor_reads_a_passage_of_an_enabled_assistant_with_its_neighbours(
    client: Client, passage: Passage, assistant: Assistant
) -> None:
    data = client.get(address(passage.pk)).json()
    assert data["text"] == passage.text
    assert data["document"] == "zh/returns.md"
    assert data["title"] == "退货"
    assert data["before"] is None and data["address"] == ""
    assert data["after"] == "商品有故障的，退货运费由我们承担。其他原因退货，从退款中扣除 15 元。"
    after = Passage.objects.get(document=passage.document, position=1)
    assert (data["before_heading"], data["after_heading"]) == (None, after.heading) and after.heading


def test_an_outsider_gets_404_for_a_collection_that_no_enabled_assistant_uses(
    client: Client, passage: Passage, assistant: Assistant
) -> None:
    assistant.enabled = False
    assistant.save()
    client.force_login(User.objects.create_user("outsider", "o@example.org", "x"))
    assert client.get(address(passage.pk)).status_code == 404


def test_passages_of_an_assistant_for_staff_are_closed_to_customers(
    client: Client, passage: Passage, assistant: Assistant
) -> None:
    assistant.audience = "staff"
    assistant.save()
    assert client.get(address(passage.pk)).status_code == 404
    client.force_login(User.objects.create_user("customer", "c@example.org", "x"))
    assert client.get(address(passage.pk)).status_code == 404


def test_a_passage_that_is_not_there_looks_the_same_as_one_that_is_not_yours(
    client: Client, passage: Passage
) -> None:
    missing, foreign = client.get(address(uuid.uuid4())), client.get(address(passage.pk))
    assert (missing.status_code, missing.json()) == (foreign.status_code, foreign.json())


@pytest.mark.parametrize("role", ["operator", "reviewer", "admin"])
def test_staff_read_every_passage(client: Client, passage: Passage, role: str) -> None:
    client.force_login(User.objects.create_user(role, f"{role}@example.org", "x", role=role))
    assert client.get(address(passage.pk)).status_code == 200


def test_the_passage_can_only_be_read(client: Client, passage: Passage, assistant: Assistant) -> None:
    assert client.post(address(passage.pk)).status_code == 405


def test_the_rows_of_a_table_are_told(client: Client, passage: Passage, assistant: Assistant) -> None:
    assert client.get(address(passage.pk)).json()["rows"] is None
    Passage.objects.filter(pk=passage.pk).update(rows=[3, 5])
    assert client.get(address(passage.pk)).json()["rows"] == [3, 5]


def test_all_pages_of_a_passage_are_told(client: Client, passage: Passage, assistant: Assistant) -> None:
    Passage.objects.filter(pk=passage.pk).update(page=3, rows=[3, 4])
    told = client.get(address(passage.pk)).json()
    assert (told["page"], told["pages"], told["rows"], told["slides"]) == (3, [3, 4], None, False)


def test_the_pages_of_a_presentation_are_told_to_be_slides(
    client: Client, passage: Passage, assistant: Assistant
) -> None:
    Passage.objects.filter(pk=passage.pk).update(page=2)
    Document.objects.filter(pk=passage.document_id).update(media_type=SLIDES)
    assert client.get(address(passage.pk)).json()["slides"] is True
