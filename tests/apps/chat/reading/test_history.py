"""The list of conversations: renaming, pinning, searching, and pages without a gap."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.chat.models import Conversation, Generation, Message
from apps.chat.reading.history import PAGE

from ..fakes import send

pytestmark = pytest.mark.usefixtures("assistant")
LIST = "/api/chat/conversations/"


def change(client: Client, conversation: object, **fields: object):
    return client.patch(f"{LIST}{conversation}/", fields, "application/json")


def titles(client: Client, **query: str) -> list[str]:
    return [item["title"] for item in client.get(LIST, query).json()["conversations"]]


def test_a_conversation_is_renamed_in_place(cast) -> None:
    actor, client = cast["owner"]
    first = send(actor, "First").conversation.pk
    send(actor, "Second")
    assert change(client, first, title="  Lamp\n returns ").json()["title"] == "Lamp returns"
    assert titles(client) == ["Second", "Lamp returns"]
    event = AuditEvent.objects.get(action="conversation.changed")
    assert event.data == {"fields": ["title"]}


@pytest.mark.parametrize("fields", [{"title": " \u200b\n"}, {"title": 5}, {"pinned": "yes"}, {"owner": 1}, {}])
def test_what_cannot_be_changed_is_refused_and_changes_nothing(cast, fields: dict) -> None:
    actor, client = cast["owner"]
    conversation = send(actor, "First").conversation.pk
    assert change(client, conversation, **fields).status_code == 400
    assert titles(client) == ["First"]


def test_pinned_ones_lead_until_they_are_unpinned(cast) -> None:
    actor, client = cast["visitor"]
    ids = [send(actor, text).conversation.pk for text in ("First", "Second", "Third")]
    change(client, ids[0], pinned=True)
    assert titles(client) == ["First", "Third", "Second"]
    change(client, ids[0], pinned=False)
    assert titles(client) == ["Third", "Second", "First"]


def test_pages_of_the_list_follow_each_other_without_a_gap_or_a_repetition(cast) -> None:
    actor, client = cast["owner"]
    assistant = send(actor, "Newest").conversation.assistant
    rows = [
        Conversation(assistant=assistant, owner_id=actor.user_id, title=f"n{number}", language="en")
        for number in range(2 * PAGE)
    ]
    Conversation.objects.bulk_create(rows)
    same_moment = timezone.now() - timedelta(days=1)
    Conversation.objects.filter(title__startswith="n").update(updated_at=same_moment)
    seen, cursor = [], ""
    while True:
        page = client.get(LIST, {"before": cursor}).json()
        seen += [item["title"] for item in page["conversations"]]
        if not (cursor := page["older"]):
            break
    assert sorted(seen) == sorted(["Newest", *(f"n{n}" for n in range(2 * PAGE))])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("灯", ["灯能退吗？"]),
        ("退吗", ["灯能退吗？"]),
        ("LAMP refund", ["Lamp question"]),
        ("lamp 退", []),
        ("100%", []),
        ("_", []),
        ("\x00", ["灯能退吗？", "Lamp question"]),
    ],
)
def test_search_finds_conversations_by_all_their_words_in_both_languages(
    cast, query: str, found: list[str]
) -> None:
    actor, client = cast["owner"]
    first = send(actor, "Lamp question").conversation
    Message.objects.filter(conversation=first, role="assistant").update(text="A refund takes 3 days.")
    send(actor, "灯能退吗？")
    send(cast["stranger"][0], "灯 lamp refund 退吗 100%")
    assert titles(client, q=query) == found


def test_a_hit_shows_the_words_around_it(cast) -> None:
    actor, client = cast["owner"]
    conversation = send(actor, "Lamp").conversation
    Message.objects.filter(conversation=conversation, role="assistant").update(
        text="x " * 60 + "refund" + " y" * 60
    )
    excerpt = client.get(LIST, {"q": "refund"}).json()["conversations"][0]["excerpt"]
    assert excerpt.startswith("…x x") and "refund" in excerpt and excerpt.endswith("y y…")


def test_search_looks_into_the_versions_that_are_shown(cast) -> None:
    actor, client = cast["owner"]
    first = send(actor, "Lamp")
    Generation.objects.update(status="done")
    send(actor, "Kettle", conversation_id=first.conversation.pk, edits=first.message.pk)
    Generation.objects.update(status="done")
    Conversation.objects.update(title="Returns")
    assert (titles(client, q="kettle"), titles(client, q="lamp")) == (["Returns"], [])
    client.put(f"{LIST}{first.conversation.pk}/shown/", {"message": str(first.message.pk)}, "application/json")
    assert (titles(client, q="kettle"), titles(client, q="lamp")) == ([], ["Returns"])
