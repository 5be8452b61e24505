"""Every route, walked from the URLs, asked by somebody who has no business there; and visitors who sign in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.chat.models import Conversation
from apps.chat.tasks import sessions_clear
from apps.core.db import in_database
from apps.knowledge.models import Collection, Document, Passage

from .fakes import send

pytestmark = pytest.mark.usefixtures("assistant")

# What somebody without rights gets to GET and POST; redirects are to the sign-in, or home for who is signed out.
# A route that is not named here fails: whoever adds one decides who may use it.
DECISIONS = {
    "chat:home": (200, 405),
    "chat:conversation": (404, 405),
    "chat:conversation-list": (200, 405),
    "chat:conversation-detail": (404, 405),
    "chat:history": (200, 405),
    "chat:removal": (404, 405),
    "chat:account-delete": ("/accounts/login/", "/accounts/login/"),
    "chat:archive": (200, 405),
    "chat:shown-version": (405, 405),
    "chat:person": (405, 405),
    "chat:rating": (405, 405),
    "chat:download": (404, 405),
    "chat:word": (404, 405),
    "chat:answer-word": (404, 405),
    "chat:shared": (404, 405),
    "chat:share-list": (404, 404),
    "chat:file-list": (405, 400),
    "chat:file-detail": (405, 405),
    "chat:file-image": (404, 405),
    "chat:file-passage": (404, 405),
    "chat:share-detail": (405, 405),
    "knowledge:passage": (404, 405),
    "original": (404, 405),
    "api:schema": (200, 405),
    "api:reference": (200, 405),
    "widget:script": (200, 405),
    "widget:frame": (404, 405),
    "widget:look": (404, 405),
    "widget:theme": (404, 405),
    "widget:session": (405, 415),
    "widget:preview": (403, 403),
    "widget:preview-look": (404, 405),
    "widget:preview-theme": (404, 405),
    "account_login": (200, 200),
    "account_signup": (200, 200),
    "account_inactive": (200, 405),
    "account_logout": ("/", "/"),
    "account_reauthenticate": ("/accounts/login/", "/accounts/login/"),
    "account_choose_password": (200, 200),  # an unknown link is told so
    "account_name": ("/accounts/login/", "/accounts/login/"),
    "account_change_password": ("/accounts/login/", "/accounts/login/"),
    "mfa_index": ("/accounts/login/", "/accounts/login/"),
    "mfa_authenticate": ("/accounts/login/", "/accounts/login/"),
    "mfa_reauthenticate": ("/accounts/login/", "/accounts/login/"),
    "mfa_activate_totp": ("/accounts/login/", "/accounts/login/"),
    "mfa_deactivate_totp": ("/accounts/login/", "/accounts/login/"),
    "mfa_view_recovery_codes": ("/accounts/login/", "/accounts/login/"),
    "mfa_generate_recovery_codes": ("/accounts/login/", "/accounts/login/"),
    "health": (200, 200),
}
ELSEWHERE = ("console/", "language/")  # the console's tests walk its own


def routes(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(name, path) of all routes; ids stand in the path as <uuid:…>."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if path.startswith(ELSEWHERE):
            continue
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, entry.name or path]), f"/{path}"
        else:
            yield from routes(entry, path, (*spaces, *filter(None, [entry.namespace])))


ROUTES = sorted(routes(get_resolver()))


def test_who_may_use_a_route_is_decided_for_each() -> None:
    assert {name for name, _path in ROUTES} == set(DECISIONS)


def test_an_outsider_gets_no_further_than_decided(cast) -> None:
    sent = send(cast["owner"][0], "a secret question")
    conversation = sent.conversation.pk
    collection = Collection.objects.create(slug="hidden", name="Hidden")  # of no assistant
    document = Document.objects.create(collection=collection, name="a.md", title="A")
    passage = Passage.objects.create(
        collection=collection,
        document=document,
        position=0,
        text="a secret passage",
        language="en",
        spans=[0, 16],
        lexemes="",
        tokens_count=3,
    )
    ids = {
        "<uuid:conversation_id>": str(conversation),
        "<uuid:generation_id>": str(sent.generation.pk),
        "<uuid:passage_id>": str(passage.pk),
        "<uuid:share_id>": str(passage.pk),
        "<uuid:removal_id>": str(passage.pk),
        "<uuid:inbox_id>": str(passage.pk),
        "<uuid:file_id>": str(passage.pk),
        "<uuid:answer_id>": str(sent.generation.answer_id),
        "<str:token>": "guessed",
    }
    for name, path in ROUTES:
        for placeholder, value in ids.items():
            path = path.replace(placeholder, value)  # noqa: PLW2901
        outsider = Client()
        outsider.get("/")  # makes them a visitor
        for method, decided in zip(("get", "post"), DECISIONS[name], strict=True):
            response = getattr(outsider, method)(path)
            got = response.headers.get("Location", "").partition("?")[0] or response.status_code
            assert (name, method, got) == (name, method, decided)
            assert "secret" not in response.getvalue().decode(errors="replace")
    assert Conversation.objects.filter(pk=conversation).exists()


def test_what_a_visitor_asked_stays_theirs_after_signing_in(cast) -> None:
    visitor, browser = cast["visitor"]
    mine, others = send(visitor).conversation.pk, send(cast["passer_by"][0]).conversation.pk
    user = User.objects.create_user("newcomer", password="a long enough password")
    browser.post("/accounts/login/", {"login": "newcomer", "password": "a long enough password"})
    listed = browser.get("/api/chat/conversations/").json()["conversations"]
    assert [conversation["id"] for conversation in listed] == [str(mine)]
    adopted = Conversation.objects.get(pk=mine)
    assert (adopted.owner_id, adopted.visitor_id) == (user.pk, None)
    assert Conversation.objects.get(pk=others).owner_id is None
    event = AuditEvent.objects.get(action="conversations.adopted")
    assert (event.actor_label, event.data) == ("newcomer", {"count": 1})
    assert "visitor_id" not in browser.session


def test_signing_in_without_having_asked_adopts_nothing(cast) -> None:
    User.objects.create_user("newcomer", password="a long enough password")
    browser = Client()
    browser.get("/")
    browser.post("/accounts/login/", {"login": "newcomer", "password": "a long enough password"})
    assert not AuditEvent.objects.filter(action="conversations.adopted").exists()


@pytest.mark.asyncio
async def test_sessions_that_ran_out_are_deleted(cast) -> None:
    browser = cast["visitor"][1]
    key = browser.session.session_key
    left = await in_database(Session.objects.count)
    await sessions_clear(0)
    assert await in_database(Session.objects.count) == left
    past = timezone.now() - timedelta(seconds=1)
    await in_database(Session.objects.filter(pk=key).update, expire_date=past)
    await sessions_clear(0)
    assert await in_database(Session.objects.count) == left - 1
