"""All of one's conversations at once: how many there are, deleting them, and taking them along."""

import io
import json
import zipfile
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.chat.models import Assistant, Conversation, Generation, Message, QuestionFile, Share, Standing
from apps.chat.reading.archive import PORTION, file_name

from ..fakes import send
from .test_share import answered, shares

pytestmark = pytest.mark.usefixtures("assistant")
HISTORY = "/api/chat/history/"
ARCHIVE = f"{HISTORY}archive/"


def delete_all(client: Client, **query: str):
    query = {"until": timezone.now().isoformat()} | query
    return client.delete(f"{HISTORY}?{urlencode(query)}")


def titles(client: Client) -> list[str]:
    return [item["title"] for item in client.get("/api/chat/conversations/").json()["conversations"]]


def unpacked(client: Client, **headers: str) -> dict[str, str]:
    """Each file's text by its name."""
    response = client.get(ARCHIVE, headers=headers)
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("name", ["owner", "visitor"])
def test_all_are_deleted_but_pinned_ones_and_those_of_others(cast, name: str) -> None:
    actor, client = cast[name]
    for text in ("First", "Second", "Kept"):
        pinned = send(actor, text).conversation
    Conversation.objects.filter(pk=pinned.pk).update(pinned_at=timezone.now())
    send(cast["stranger"][0], "Another's")
    send(cast["passer_by"][0], "A visitor's")
    counted = client.get(HISTORY).json()
    assert (counted["count"], counted["pinned"]) == (3, 1)
    assert delete_all(client, until=counted["now"]).status_code == 200
    assert titles(client) == ["Kept"]
    assert delete_all(client, pinned="true").status_code == 200
    assert titles(client) == []
    assert client.get(HISTORY).json()["count"] == 0
    assert {c.title for c in Conversation.objects.all()} == {"Another's", "A visitor's"}


def test_what_began_after_somebody_said_so_stays(cast) -> None:
    actor, client = cast["owner"]
    send(actor, "Older")
    counted = client.get(HISTORY).json()
    send(actor, "Newer")
    delete_all(client, until=counted["now"], pinned="true")
    assert titles(client) == ["Newer"]


@pytest.mark.parametrize("until", ["", "soon", "2026-11-26", "2026-11-26T09:30:00"])
def test_without_a_moment_nothing_is_deleted(cast, until: str) -> None:
    actor, client = cast["owner"]
    send(actor, "First")
    assert delete_all(client, until=until).status_code == 400
    assert titles(client) == ["First"]


def test_each_is_deleted_as_one_by_itself_with_its_answer_its_share_and_its_files(cast) -> None:
    actor, client = cast["owner"]
    shared = answered(actor)
    address = client.post(shares(shared)).json()["address"]
    writing = send(actor, "Being written")
    waiting = send(actor, "With a person").conversation
    Conversation.objects.filter(pk=waiting.pk).update(standing=Standing.PERSON)
    QuestionFile.objects.create(owner_id=actor.user_id, message=writing.generation.question, name="a.md", size=1)
    delete_all(client)
    assert not Conversation.objects.exists() and not Generation.objects.exists()
    assert not Share.objects.exists() and not QuestionFile.objects.exists()
    assert client.get(address).status_code == 404
    told = AuditEvent.objects.filter(action="conversation.deleted").values_list("target", flat=True)
    assert set(told) == {f"conversation:{c}" for c in (shared.conversation.pk, writing.conversation.pk, waiting.pk)}


def test_what_is_tried_in_the_console_is_not_among_them(cast, assistant: Assistant) -> None:
    actor, client = cast["owner"]
    columns = {"assistant": assistant, "owner_id": actor.user_id, "language": "en"}
    Conversation.objects.create(title="Tried", is_trial=True, **columns)
    assert client.get(HISTORY).json()["count"] == 0
    delete_all(client, pinned="true")
    assert Conversation.objects.exists() and unpacked(client) == {}


@pytest.mark.parametrize("name", ["owner", "visitor"])
def test_all_are_taken_along_with_their_sources_times_and_files(cast, name: str) -> None:
    actor, client = cast[name]
    sent = answered(actor, "退货/换货？")
    newest = answered(actor, "Newest")
    QuestionFile.objects.create(
        owner_id=actor.user_id, message=sent.generation.question, name="lamp.png", size=9, width=1, height=1
    )
    files = unpacked(client)
    days = [f"{one.conversation.created_at:%Y-%m-%d}" for one in (newest, sent)]
    names = [f"0001 {days[0]} Newest", f"0002 {days[1]} 退货-换货？"]
    assert list(files) == [path for n in names for path in (f"markdown/{n}.md", f"json/{n}.json")]
    text = files[f"markdown/{names[1]}.md"]
    assert text == client.get(f"/c/{sent.conversation.pk}/download/").content.decode()
    assert f"*{sent.message.created_at:%Y-%m-%d %H:%M} UTC*" in text
    assert "*Files: lamp.png*" in text and "- [1] Returns › Shop" in text
    data = json.loads(files[f"json/{names[1]}.json"])
    question, answer = data["messages"]
    assert (data["title"], data["assistant"]) == ("退货/换货？", "service")
    assert question["created_at"] == sent.message.created_at.isoformat()
    assert [file["name"] for file in question["files"]] == ["lamp.png"]
    assert (answer["parent"], answer["shown"]) == (question["id"], True)
    assert answer["sources"][0]["excerpt"] == "Within 30 days."


def test_the_words_around_them_are_in_the_language_of_the_page(cast) -> None:
    actor, client = cast["owner"]
    sent = answered(actor)
    QuestionFile.objects.create(owner_id=actor.user_id, message=sent.generation.question, name="a.md", size=9)
    text = next(iter(unpacked(client, **{"Accept-Language": "zh-Hans"}).values()))
    assert "*文件：a.md*" in text


def test_other_versions_are_in_the_json_and_not_on_the_path_that_is_shown(cast) -> None:
    actor, client = cast["owner"]
    sent = answered(actor)
    Message.objects.create(
        conversation=sent.conversation,
        parent=sent.generation.question,
        position=9,
        role="assistant",
        text="Another version",
        language="en",
    )
    markdown, data = unpacked(client).values()
    assert "Another version" not in markdown
    assert [m["shown"] for m in json.loads(data)["messages"]] == [True, True, False]


def test_an_answer_that_is_being_written_holds_nothing_up(cast) -> None:
    actor, client = cast["owner"]
    send(actor)
    _markdown, data = unpacked(client).values()
    assert json.loads(data)["messages"][-1]["generation"]["status"] == "queued"


def test_outsiders_count_delete_and_take_along_nothing_of_others(cast) -> None:
    send(cast["owner"][0], "a secret question")
    send(cast["visitor"][0], "a secret question")
    for client in (cast["stranger"][1], cast["passer_by"][1], cast["reviewer"][1], Client()):
        assert client.get(HISTORY).json()["count"] == 0
        assert unpacked(client) == {}
        assert delete_all(client, pinned="true").status_code == 200
    assert Conversation.objects.count() == 2


def test_many_are_read_a_few_at_a_time_each_of_them_once(cast, assistant: Assistant, monkeypatch) -> None:
    actor, client = cast["owner"]
    rows = [
        Conversation(assistant=assistant, owner_id=actor.user_id, title=f"n{n}", language="en")
        for n in range(2 * PORTION + 1)
    ]
    Conversation.objects.bulk_create(rows)
    Conversation.objects.update(created_at=timezone.now() - timedelta(days=1))
    parts = list(client.get(ARCHIVE).streaming_content)
    assert len(parts) == len(rows) + 1  # one by one as they are made, and the table of contents
    assert {json.loads(data)["title"] for name, data in unpacked(client).items() if name.endswith(".json")} == {
        row.title for row in rows
    }


@pytest.mark.parametrize(
    ("title", "name"), [("a/b: c?", "a-b- c-"), (" .. ", ""), ("灯" * 80, "灯" * 50), ("x\ny", "x-y")]
)
def test_a_title_becomes_a_name_that_any_system_takes(title: str, name: str) -> None:
    assert file_name(title) == name
