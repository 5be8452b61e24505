"""The page's data and the HTTP routes: each person gets their own, and nobody else's."""

import json
import re
import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from apps.audit.models import AuditEvent
from apps.chat.models import Assistant, Conversation, Generation, GenerationEvent, Message
from apps.chat.pages.strings import page_strings

from .fakes import send

pytestmark = pytest.mark.usefixtures("assistant")


def page_data(client: Client, path: str = "/", **headers) -> dict:
    response = client.get(path, **headers)
    assert response.status_code == 200
    found = re.search(r'id="page-data"[^>]*>(.*?)</script>', response.content.decode(), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_new_visitor_gets_the_assistants_and_an_identity() -> None:
    Assistant.objects.create(slug="off", name="Off", enabled=False)
    client = Client()
    data = page_data(client)
    assert [assistant["slug"] for assistant in data["assistants"]] == ["service"]
    assert (data["conversation"], data["history"]["conversations"], data["user"]) == (None, [], None)
    assert uuid.UUID(client.session["visitor_id"])


def test_chinese_pages_use_the_chinese_texts_where_there_are_any() -> None:
    Assistant.objects.update(starters=["Hi"], starters_zh=["你好"], description="English only")
    data = page_data(Client(), headers={"accept-language": "zh-CN"})
    assert data["language"] == "zh-hans"
    assert data["assistants"][0] == {
        "slug": "service",
        "name": "客服",
        "description": "English only",
        "starters": ["你好"],
        "notice": {"en": "", "zh": ""},
        "handover": False,
        "hours": "",
        "task": "answer",
        "quotes": True,
        "images": False,
    }


def test_the_page_of_a_conversation_holds_its_messages(cast) -> None:
    actor, client = cast["visitor"]
    sent = send(actor, "What about <script>?")
    data = page_data(client, f"/c/{sent.conversation.pk}/")
    assert [message["role"] for message in data["conversation"]["messages"]] == ["user", "assistant"]
    assert data["history"]["conversations"][0]["id"] == str(sent.conversation.pk)


def test_a_live_answer_is_told_as_far_as_the_log_goes(cast) -> None:
    actor, client = cast["owner"]
    sent = send(actor)
    source = {"kind": "source", "number": 1, "passage": "p", "title": "t", "heading": "", "excerpt": "e"}
    log = [{"kind": "status", "status": "searching"}, source, {"kind": "delta", "text": "Free"}, {"kind": "end"}]
    Generation.objects.update(status="running")
    for seq, event in enumerate(log, 1):
        GenerationEvent.objects.create(generation=sent.generation, seq=seq, event=event)
    answer = client.get(f"/api/chat/conversations/{sent.conversation.pk}/").json()["messages"][1]
    assert (answer["text"], answer["sources"][0]["number"], answer["generation"]["last_seq"]) == ("Free", 1, 3)


@pytest.mark.parametrize("insider", ["owner", "visitor"])
@pytest.mark.parametrize("outsider", ["stranger", "passer_by", "reviewer"])
def test_every_route_of_a_conversation_is_closed_to_outsiders(cast, insider: str, outsider: str) -> None:
    conversation = send(cast[insider][0]).conversation.pk
    theirs = cast[outsider][1]
    routes = [
        theirs.get(f"/c/{conversation}/", headers={"accept": "application/json"}),
        theirs.get(f"/api/chat/conversations/{conversation}/"),
        theirs.delete(f"/api/chat/conversations/{conversation}/"),
        theirs.patch(f"/api/chat/conversations/{conversation}/", {"pinned": True}, "application/json"),
    ]
    assert [response.status_code for response in routes] == [404, 404, 404, 404]
    assert theirs.get("/api/chat/conversations/").json()["conversations"] == []
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("name", ["owner", "visitor"])
def test_deleting_ones_own_removes_all_of_it_and_is_audited(cast, name: str) -> None:
    actor, client = cast[name]
    conversation = send(actor).conversation.pk
    assert client.delete(f"/api/chat/conversations/{conversation}/").status_code == 204
    assert not Message.objects.exists() and not Generation.objects.exists()
    assert AuditEvent.objects.filter(action="conversation.deleted").count() == 1


def test_deleting_needs_the_pages_token(cast) -> None:
    actor, client = cast["owner"]
    conversation = send(actor).conversation.pk
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client.cookies
    assert careful.delete(f"/api/chat/conversations/{conversation}/").status_code == 403


def test_every_word_that_the_scripts_ask_for_is_there() -> None:
    asked: set[str] = set()
    for script in (settings.BASE_DIR / "static" / "js" / "chat").rglob("*.js"):
        asked |= set(re.findall(r'\bt\("([a-z_]+)"', script.read_text()))
    assert asked and asked <= set(page_strings())


def test_a_question_behind_others_is_said_to_be_in_line() -> None:
    assert page_strings()["queued"] == "Your question is in line, just a moment"
    with override("zh-hans"):
        assert page_strings()["queued"] == "正在排队，请稍候"
