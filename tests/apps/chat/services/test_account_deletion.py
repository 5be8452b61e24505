"""Deleting an account: over at once, gone with all that was said, and the log still names it."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connections, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.accounts.actors import VISITOR_KEY
from apps.accounts.models import Role, User
from apps.accounts.services import user_block, user_role
from apps.audit.models import AuditEvent
from apps.chat.models import Assistant, Conversation, QuestionFile, Removal, Standing
from apps.chat.services import account_delete, handover_take, removing
from apps.chat.services.removing import removal_carry_out, removal_step, removal_take, removals_recover
from apps.chat.signals import visitor_signed_in
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.knowledge.models import Collection
from tests.apps.accounts.test_at_once import waiting

from ..fakes import send

pytestmark = pytest.mark.usefixtures("assistant")
GOOD = "a long enough pass phrase"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(removing, "PAUSE_SECONDS", 0)


def made(name: str, role: str = Role.CUSTOMER) -> User:
    return User.objects.create_user(name, password=GOOD, role=role)


def signed_in(name: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": GOOD})
    assert "_auth_user_id" in client.session
    return client


def of(user: User) -> Actor:
    return Actor(user_id=user.pk, label=user.username, role=user.role)


def carried_out() -> None:
    for removal_id in Removal.objects.values_list("pk", flat=True):
        asyncio.run(removal_carry_out(removal_id))


def test_ones_own_account_goes_with_all_it_holds_and_every_session_ends() -> None:
    lin, other = made("lin"), made("rui")
    for owner in (lin, other):
        send(of(owner), "one of mine")
    collection = Collection.objects.create(slug="brought", name="Brought", personal=True)
    QuestionFile.objects.create(owner=lin, collection=collection, name="a.txt", size=1)
    here, elsewhere = signed_in("lin"), signed_in("lin")
    assert "wrong" in here.post("/accounts/delete/", {"password": "a guess"}).content.decode()
    assert here.post("/accounts/delete/", {"password": GOOD}).headers["Location"] == "/accounts/login/"
    for client in (here, elsewhere):
        assert client.get("/accounts/name/").status_code == 302
    assert (
        "_auth_user_id" not in Client().post("/accounts/login/", {"login": "lin", "password": GOOD}).client.session
    )
    carried_out()
    assert list(User.objects.values_list("username", flat=True)) == ["rui"]
    assert list(Conversation.objects.values_list("owner__username", flat=True)) == ["rui"]
    assert not Collection.objects.filter(pk=collection.pk).exists()
    event = AuditEvent.objects.get(action="user.deleted")
    assert (event.actor_label, event.data) == ("lin", {"name": "lin", "role": "customer"})
    assert AuditEvent.objects.filter(action="conversation.deleted", actor_label="lin").count() == 1


def test_who_came_by_single_sign_on_is_deleted_by_a_process_that_knows_nothing_of_it() -> None:
    lin = made("lin")
    SocialAccount.objects.create(user=lin, provider="sso", uid="4711")
    account_delete(actor=of(lin), username="lin")
    carried_out()
    assert not User.objects.exists() and not SocialAccount.objects.exists()


def test_an_administrator_deletes_a_blocked_persons_account_and_the_log_says_who_did() -> None:
    boss, lin = made("boss", Role.ADMIN), made("lin")
    send(of(lin))
    client, page = signed_in("boss"), f"/console/people/{lin.pk}/"
    assert client.post(f"{page}delete/", {"name": "lin"}).status_code == 409
    client.post(f"{page}block/", {"blocked": "1"})
    assert client.post(f"{page}delete/", {"name": "nil"}).status_code == 400
    client.post(f"{page}delete/", {"name": "lin"})
    assert client.get(page).status_code == 404
    assert ">lin<" not in client.get("/console/people/").content.decode()
    client.post(f"{page}block/")
    carried_out()
    assert not User.objects.filter(username="lin").exists()
    events = AuditEvent.objects.filter(action__in=["user.deleted", "conversation.deleted"])
    assert [(event.actor_user_id, event.actor_label) for event in events] == [(boss.pk, "boss")] * 2


def test_the_last_administrator_stays_and_is_told_so() -> None:
    made("boss", Role.ADMIN)
    client = signed_in("boss")
    page = client.post("/accounts/delete/", {"password": GOOD}).content.decode()
    assert "the last administrator" in page and client.get("/console/people/").status_code == 200
    made("second", Role.ADMIN)
    client.post("/accounts/delete/", {"password": GOOD})
    carried_out()
    assert not User.objects.filter(username="boss").exists()


def test_what_a_member_of_staff_attended_waits_for_a_colleague_and_what_they_tried_is_gone() -> None:
    rui, lin = made("rui", Role.ADMIN), made("lin")
    made("boss", Role.ADMIN)
    theirs = send(of(lin)).conversation
    Conversation.objects.filter(pk=theirs.pk).update(standing=Standing.PERSON, attendant=rui)
    trial = Assistant.objects.create(slug="tried", name="Tried", editor=rui)
    Conversation.objects.create(assistant=trial, owner=rui, is_trial=True, title="tried", language="en")
    account_delete(actor=of(rui), username="rui")
    theirs.refresh_from_db()
    assert (theirs.standing, theirs.attendant) == (Standing.WAITING, None)
    carried_out()
    assert not User.objects.filter(username="rui").exists()
    assert not Assistant._base_manager.filter(slug="tried").exists()


@pytest.mark.parametrize("end", ["delete", "block", "role"])
def test_who_may_not_answer_any_more_keeps_no_customer_and_nobody_waits_for_ever(end: str) -> None:
    rui, mei, lin = made("rui", Role.ADMIN), made("mei", Role.ADMIN), made("lin")
    kept, taken_over = send(of(lin), "first").conversation, send(of(lin), "second").conversation
    Conversation.objects.update(standing=Standing.PERSON, attendant=rui)

    def shut_out() -> None:
        try:
            if end == "delete":
                account_delete(actor=of(rui), username="rui")
            elif end == "block":
                user_block(actor=of(mei), username="rui", blocked=True)
            else:
                user_role(actor=of(mei), username="rui", role=Role.OPERATOR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # a colleague is just taking one of them
            Conversation.objects.select_for_update().get(pk=taken_over.pk)
            shut = pool.submit(shut_out)
            waiting(1)
            handover_take(actor=of(mei), conversation_id=taken_over.pk)
        shut.result(20)
    for conversation in (kept, taken_over):
        conversation.refresh_from_db()
    assert (kept.standing, kept.attendant) == (Standing.WAITING, None)
    assert (taken_over.standing, taken_over.attendant) == (Standing.PERSON, mei)


def test_one_that_was_given_up_is_tried_again_until_the_account_is_gone() -> None:
    lin = made("lin")
    account_delete(actor=of(lin), username="lin")
    first = Removal.objects.get().pk
    hung = removal_take(first)
    Removal.objects.update(state="failed", ended_at=timezone.now())
    removals_recover()
    assert not Removal.objects.filter(state="queued").exists()  # not at once
    Removal.objects.update(ended_at=timezone.now() - timezone.timedelta(hours=2))
    removals_recover()
    queued = Removal.objects.filter(state="queued").values_list("pk", flat=True)
    others = {removal_id: removal_take(removal_id) for removal_id in queued}
    assert removal_step(first, hung) is None  # it wakes
    for removal_id, epoch in others.items():
        removal_step(removal_id, epoch)
    assert not User.objects.filter(pk=lin.pk).exists()


def test_nothing_that_comes_late_keeps_a_closed_account(cast) -> None:
    lin, visitor = made("lin"), cast["visitor"][0]
    account_delete(actor=of(lin), username="lin")
    Removal.objects.update(state="done", ended_at=timezone.now())  # as an earlier release ended it
    send(of(lin), "a question on its way")
    Conversation.objects.update(created_at=timezone.now() + timezone.timedelta(hours=1))
    removals_recover()
    carried_out()
    assert not User.objects.filter(pk=lin.pk).exists() and not Conversation.objects.exists()
    send(visitor)
    blocked = User.objects.create_user("rui", is_active=False)
    request = RequestFactory().get("/")
    request.session = {VISITOR_KEY: str(visitor.visitor_id)}
    visitor_signed_in(request, blocked)
    assert Conversation.objects.get().visitor_id == visitor.visitor_id


def test_no_session_names_who_has_left_and_others_stay_signed_in() -> None:
    lin, other = made("lin"), made("rui")
    stays = signed_in("rui")
    signed_in("lin")
    TOTP.activate(lin, "JBSWY3DPEHPK3PXP")
    Client().post("/accounts/login/", {"login": "lin", "password": GOOD})  # waits for its code
    account_delete(actor=of(lin), username="lin")
    carried_out()
    assert "lin" not in str([row.get_decoded() for row in Session.objects.all()])
    assert stays.get("/accounts/name/").status_code == 200 and User.objects.get() == other


def test_nobody_deletes_the_account_of_somebody_who_may_still_sign_in() -> None:
    made("lin")
    with pytest.raises(Conflict):
        account_delete(actor=Actor(user_id=0, label=str(uuid.uuid4()), role=Role.ADMIN), username="lin")
    assert not Removal.objects.exists()
