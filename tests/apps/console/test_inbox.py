"""The inbox: who looks into a conversation is recorded, once for each opening; what helps who answers there."""

import uuid
from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Role
from apps.audit.models import AuditEvent
from apps.chat.models import Conversation, Message
from apps.inference.errors import RuntimeUnavailable
from apps.knowledge.models import Collection
from apps.knowledge.retrieval.types import RankedPassage, RankedSentence, Retrieval
from apps.moderation.services import check_text, decisions_store

from .conftest import QUESTION, World, as_role


def readings() -> int:
    return AuditEvent.objects.filter(action="transcript.read").count()


@pytest.fixture
def page(world: World) -> str:
    Conversation.objects.update(standing="waiting", standing_at=timezone.now())
    return f"/console/inbox/{world.conversation.pk}/"


def opened(client: Client, page: str, visit: str = "") -> str:
    response = client.get(page, headers={"X-Visit": visit} if visit else {})
    assert response.status_code == 200
    return response.context["visit"]


def test_an_opening_is_one_reading_however_often_its_page_is_read_again(reviewer: Client, page: str) -> None:
    visit = opened(reviewer, page)
    assert f'data-visit="{visit}"' in reviewer.get(page, headers={"X-Visit": visit}).content.decode()
    assert [opened(reviewer, page, visit) for _change in range(3)] == [visit] * 3
    assert readings() == 1
    opened(reviewer, page)
    assert readings() == 2


def test_who_spoke_of_killing_themselves_is_marked_and_stands_first(
    reviewer: Client, page: str, world: World
) -> None:
    Conversation.objects.create(
        assistant=world.conversation.assistant,
        standing="waiting",
        standing_at=timezone.now() - timedelta(hours=1),
        title="Waits longer",
    )
    verdict = check_text(text="I want to kill myself", stage="input", language="en")
    decisions_store(world.generation.pk, [("input", verdict)])
    shown = reviewer.get("/console/inbox/").content.decode()
    assert shown.count("Risk of self-harm") == 1
    assert shown.index("Risk of self-harm") < shown.index(QUESTION) < shown.index("Waits longer")


def test_a_mark_counts_for_its_person_its_conversation_and_a_day_of_work(
    reviewer: Client, page: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = opened(as_role(Role.ADMIN), page)
    other = Conversation.objects.create(assistant=world.conversation.assistant, standing="waiting", title="x")
    elsewhere = opened(reviewer, f"/console/inbox/{other.pk}/")
    with monkeypatch.context() as yesterday:
        then = timezone.now() - timedelta(days=1)
        yesterday.setattr("django.core.signing.time.time", then.timestamp)
        old = opened(reviewer, page)
    before = readings()
    forged = TimestampSigner(key="guessed", salt="visit").sign("1 2")
    for mark in (others, elsewhere, old, forged, "nonsense", "词".encode().decode("latin-1")):
        assert opened(reviewer, page, mark) != mark
    assert readings() == before + 6


@pytest.mark.parametrize("title", [QUESTION, "运费怎…"])
def test_a_row_says_the_question_once_where_it_is_the_title(reviewer: Client, page: str, title: str) -> None:
    Conversation.objects.update(title=title)
    row = reviewer.get("/console/inbox/").content.decode().split('class="inbox-list"')[1]
    assert row.count(QUESTION) == 1 and "怎…" not in row


def test_a_row_has_the_last_words_below_a_title_of_its_own(reviewer: Client, page: str) -> None:
    Conversation.objects.update(title="Freight")
    shown = reviewer.get("/console/inbox/").content.decode()
    assert 0 < shown.index(">Freight<") < shown.index(f">{QUESTION}<")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, world: World) -> list[dict]:
    """What was searched for; a passage of two sentences is found."""
    calls: list[dict] = []
    sentences = (RankedSentence(2, "Second best.", 0, 12, 0.5), RankedSentence(1, "The best <one>.", 13, 28, 1.25))
    found = RankedPassage(uuid.uuid4(), uuid.uuid4(), "Returns", "Freight", "All of it.", "en", 1.0, sentences)

    def search(**call) -> Retrieval:
        calls.append(call)
        return Retrieval(call["question"], "en", (found,), 0.42, {})

    monkeypatch.setattr("apps.console.reading.playground.search_wide", search)
    return calls


def test_who_answers_is_shown_what_the_assistants_documents_say_to_the_last_words(
    reviewer: Client, page: str, asked: list, world: World
) -> None:
    shop = Collection.objects.get(slug="shop")
    world.conversation.assistant.collections.add(shop)
    reviewer.post(f"{page}take/")
    shown = reviewer.get(f"{page}lookup/").content.decode()
    assert (asked[0]["question"], asked[0]["collection_ids"]) == (QUESTION, [shop.pk])
    assert shown.index('data-insert="The best &lt;one&gt;."') < shown.index('data-insert="Second best."')
    reviewer.get(f"{page}lookup/", {"q": " invoice "})
    assert asked[1]["question"] == "invoice"


def test_the_documents_say_nothing_to_the_last_words_of_a_customer_whom_somebody_else_attends(
    reviewer: Client, page: str, asked: list
) -> None:
    assert reviewer.get(f"{page}lookup/").status_code == 409
    as_role(Role.ADMIN).post(f"{page}take/")
    assert reviewer.get(f"{page}lookup/").status_code == 409 and asked == []


def test_whose_session_has_ended_is_told_so_beside_the_reply_and_gets_no_page_to_sign_in(page: str) -> None:
    refused = Client().get(f"{page}lookup/", headers={"Accept": "text/html, application/json"})  # as lookup.js asks
    assert refused.status_code == 403 and refused.json()["error"]["message"]


def test_a_search_that_fails_says_why_beside_the_reply(
    reviewer: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_call) -> Retrieval:
        raise RuntimeUnavailable("The model is away.")

    monkeypatch.setattr("apps.console.reading.playground.search_wide", broken)
    reviewer.post(f"{page}take/")
    shown = reviewer.get(f"{page}lookup/")
    assert shown.status_code == 200 and "The model is away." in shown.content.decode()


def test_what_a_person_writes_in_brackets_is_no_source_and_what_an_answer_cites_is(
    reviewer: Client, page: str, world: World
) -> None:
    answer = world.conversation.messages.get(role="assistant")
    Message.objects.filter(pk=answer.pk).update(text="Free [1], see [2].", sources=[{"number": 1}])
    Message.objects.create(conversation=world.conversation, position=3, role="person", text="Look at list[0] [1].")
    shown = reviewer.get(page).content.decode()
    assert "Look at list[0] [1]." in shown
    assert '<span class="cite">1</span>, see [2].' in shown
