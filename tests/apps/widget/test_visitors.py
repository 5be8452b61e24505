"""Visitors of a site: each sees their own conversations and no others, within the inbox's bounds."""

from dataclasses import replace
from uuid import uuid4

import pytest
from chat.fakes import send
from chat.test_images import encoded
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.chat.models import Assistant, Conversation
from apps.core.actor import InboxActor
from apps.core.errors import NotFound, TooMany
from apps.knowledge.models import Collection, Document, Passage
from apps.widget.errors import SessionEnded
from apps.widget.models import Inbox, VisitorSession
from apps.widget.sessions import session_actor

from .conftest import Open, Sign, frame

LIST = "/api/chat/conversations/"


def actor(session) -> InboxActor:
    return session_actor(session.json()["token"])


def ids(session) -> list[str]:
    return [conversation["id"] for conversation in frame(session).get(LIST).json()["conversations"]]


def test_a_visitor_finds_their_own_conversation_and_nobody_elses(sign: Sign, open_session: Open, cast) -> None:
    alice, bob, unnamed = open_session(sign("alice")), open_session(sign("bob")), open_session()
    mine = str(send(actor(alice)).conversation.pk)
    assert (ids(alice), ids(bob), ids(unnamed)) == ([mine], [], [])
    for outsider in (frame(bob), frame(unnamed), cast["stranger"][1], cast["passer_by"][1], Client()):
        assert outsider.get(f"{LIST}{mine}/").status_code == 404
    with pytest.raises(NotFound):
        send(actor(bob), conversation_id=Conversation.objects.get().pk)


def test_staff_read_who_the_site_says_it_is(sign: Sign, open_session: Open, cast) -> None:
    named = send(actor(open_session(sign("alice@shop.example", name="Alice Chen")))).conversation
    by_id = send(actor(open_session(sign("bob@shop.example")))).conversation
    unnamed = send(actor(open_session())).conversation
    assert [one.visitor_name for one in (named, by_id, unnamed)] == ["Alice Chen", "bob@shop.example", ""]
    Conversation.objects.update(standing="waiting", standing_at=timezone.now())
    lin = cast["reviewer"][1]
    for path in ("/console/inbox/", "/console/conversations/"):
        page = lin.get(path, headers={"accept-language": "en"}).content.decode()
        assert "Alice Chen" in page and "bob@shop.example" in page and "Visitor" in page


def test_the_same_person_finds_it_again_in_another_browser(sign: Sign, open_session: Open) -> None:
    mine = str(send(actor(open_session(sign("alice")))).conversation.pk)
    assert ids(open_session(sign("alice"))) == [mine]
    assert Conversation.objects.get().inbox_id == Inbox.objects.get().pk


def test_what_the_token_says_counts_whatever_cookies_come_along(sign: Sign, open_session: Open, cast) -> None:
    send(cast["owner"][0])
    both = cast["owner"][1]
    token = open_session(sign("alice")).json()["token"]
    assert both.get(LIST, headers={"Authorization": f"Visitor {token}"}).json()["conversations"] == []
    assert both.get(LIST, headers={"Authorization": "Visitor wrong"}).status_code == 401


def test_with_a_name_needed_nobody_unnamed_asks(inbox: Inbox, sign: Sign, open_session: Open) -> None:
    unnamed, named = open_session(), open_session(sign("alice"))
    Inbox.objects.update(anonymous=False)
    response = open_session()
    assert (response.status_code, response.json()["error"]["code"]) == (403, "identity_needed")
    with pytest.raises(SessionEnded):  # a session from before the change opens nothing either
        actor(unnamed)
    assert frame(unnamed).get(LIST).status_code == 401
    assert send(actor(named)).conversation.inbox_id == inbox.pk


def test_a_session_ends_when_the_visitor_leaves_or_its_time_is_up(open_session: Open, inbox: Inbox) -> None:
    one, two, three = open_session(), open_session(), open_session()
    frame(one).delete(f"/widget/{inbox.pk}/session/")
    VisitorSession.objects.filter(pk=VisitorSession.objects.first().pk).update(expires_at=timezone.now())
    assert [frame(session).get(LIST).status_code for session in (one, two, three)].count(401) == 2
    Inbox.objects.update(enabled=False)
    assert {frame(session).get(LIST).status_code for session in (one, two, three)} == {401}


def test_only_the_inboxs_assistants_answer_and_only_their_passages_are_shown(
    inbox: Inbox, sign: Sign, open_session: Open
) -> None:
    visitor = open_session(sign("alice"))
    other = Assistant.objects.create(slug="handbook", name="Handbook")
    with pytest.raises(NotFound):
        Assistant.objects.filter(slug="service").update(slug="elsewhere")
        send(actor(visitor))
    passages = {}
    for slug, assistant in (("open", inbox.assistants.get()), ("closed", other)):
        collection = Collection.objects.create(slug=slug, name=slug)
        assistant.collections.add(collection)
        document = Document.objects.create(collection=collection, name="a.md", title="A")
        places = {"position": 0, "language": "en", "spans": [0, 4], "lexemes": "", "tokens_count": 1}
        passages[slug] = Passage.objects.create(collection=collection, document=document, text="text", **places).pk
    found = {
        slug: frame(visitor).get(f"/api/knowledge/passages/{pk}/").status_code for slug, pk in passages.items()
    }
    assert found == {"open": 200, "closed": 404}


def test_an_assistant_that_closes_to_visitors_answers_them_no_more(sign: Sign, open_session: Open) -> None:
    unnamed, named = open_session(), open_session(sign("alice"))
    Assistant.objects.update(audience="members")
    send(actor(named))
    with pytest.raises(NotFound):
        send(actor(unnamed))
    Assistant.objects.update(audience="staff")
    with pytest.raises(NotFound):
        send(actor(named))


def test_all_visitors_together_ask_no_more_than_the_inbox_allows(open_session: Open) -> None:
    Inbox.objects.update(live=2, per_minute=30)
    for _ in range(2):
        send(actor(open_session()))
    last = actor(open_session())
    with pytest.raises(TooMany, match="Very many people"):
        send(last)
    for conversation in Conversation.objects.all():
        conversation.generations.update(status="done")
    with pytest.raises(TooMany) as refused:
        send(replace(last, per_minute=2))
    assert 0 < refused.value.extra["seconds"] <= 60


def test_sessions_are_not_made_without_end(open_session: Open) -> None:
    Inbox.objects.update(per_minute=3)
    assert [open_session().status_code for _ in range(4)] == [201, 201, 201, 429]


def test_what_a_visitor_asked_before_signing_in_to_parley_is_not_adopted(open_session: Open) -> None:
    session = open_session()
    send(actor(session))
    User.objects.create_user("newcomer", password="a long enough password")
    frame(session).post("/accounts/login/", {"login": "newcomer", "password": "a long enough password"})
    assert Conversation.objects.get().owner_id is None


def test_a_visitor_may_ask_for_a_person(open_session: Open) -> None:
    Assistant.objects.update(handover=True)
    visitor = frame(open_session())
    path = f"{LIST}{uuid4()}/person/"
    asked = visitor.put(path, '{"assistant": "service"}', content_type="application/json")
    assert (asked.status_code, asked.json()["state"]) == (200, "waiting")
    assert Conversation.objects.get().standing == "waiting"


def test_a_visitor_brings_files_and_asks_for_a_person_without_cookie_and_form_token(
    inbox: Inbox, open_session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.knowledge.services.personal.embed_pieces", lambda title, pieces: [{} for _ in pieces])
    Assistant.objects.update(handover=True)
    token = open_session().json()["token"]
    visitor = Client(enforce_csrf_checks=True, headers={"Authorization": f"Visitor {token}"})
    files = [SimpleUploadedFile("a.md", b"# Lease\n\nThree months."), SimpleUploadedFile("a.png", encoded())]
    brought = [visitor.post("/api/chat/files/", {"file": file}) for file in files]
    assert [response.status_code for response in brought] == [201, 201]
    image = f"/api/chat/files/{brought[1].json()['id']}/image/"
    assert visitor.get(image).status_code == 200 and Client().get(image).status_code == 404
    assert visitor.delete(f"/api/chat/files/{brought[0].json()['id']}/").status_code == 204
    person = f"/api/chat/conversations/{uuid4()}/person/"
    assert visitor.put(person, {"assistant": "service"}, "application/json").status_code == 200
    assert Client(enforce_csrf_checks=True).post("/api/chat/files/", {"file": files[0]}).status_code == 403
