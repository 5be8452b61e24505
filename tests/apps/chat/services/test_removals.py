"""Deleting more conversations than a request has time for: by a job, told how far it is, ended once."""

import asyncio
import json
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from lxml import html
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.audit.models import AuditEvent
from apps.chat.models import Conversation, Generation, Removal
from apps.chat.services import conversations_adopt, removing
from apps.chat.services.removing import removal_carry_out, removal_step, removal_take, removals_recover
from apps.core.actor import Actor

from ..fakes import send

pytestmark = pytest.mark.usefixtures("assistant")
HISTORY = "/api/chat/history/"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two in a transaction; a request deletes no more."""
    monkeypatch.setattr(removing, "AT_ONCE", 2)
    monkeypatch.setattr(removing, "PAUSE_SECONDS", 0)


def asked(actor: Actor, count: int) -> None:
    for number in range(count):
        send(actor, f"n{number}")
        Generation.objects.update(status="done")


def delete_all(client: Client, status: int = 202, **query: str) -> dict[str, Any]:
    query = {"until": timezone.now().isoformat()} | query
    answer = client.delete(f"{HISTORY}?{urlencode(query)}")
    assert answer.status_code == status
    return answer.json()


def on_page(client: Client) -> dict[str, Any] | None:
    (data,) = html.fromstring(client.get("/").content.decode()).xpath("//script[@id='page-data']/text()")
    return json.loads(data)["removal"]


def carried_out(removal: dict[str, Any]) -> Conversation | None:
    return asyncio.run(removal_carry_out(uuid.UUID(removal["id"])))


def seen(client: Client, removal: dict[str, Any]) -> tuple[str, int, int]:
    """State, how many are gone, and of how many."""
    now = client.get(f"{HISTORY}removals/{removal['id']}/").json()
    return now["state"], now["done"], now["total"]


@pytest.mark.parametrize("name", ["owner", "visitor"])
def test_many_are_deleted_by_a_job_that_says_how_far_it_is(cast, name: str) -> None:
    actor, client = cast[name]
    asked(actor, 5)
    removal = delete_all(client)
    assert (removal["state"], removal["done"], removal["total"]) == ("queued", 0, 5)
    epoch = removal_take(uuid.UUID(removal["id"]))
    removal_step(uuid.UUID(removal["id"]), epoch)
    assert seen(client, removal) == ("running", 2, 5)
    while not (removal_step(uuid.UUID(removal["id"]), epoch)).ended:
        pass
    assert seen(client, removal) == ("done", 5, 5)
    assert not Conversation.objects.exists()
    events = AuditEvent.objects.filter(action="conversation.deleted", actor_label=actor.label)
    assert events.count() == 5


def test_a_few_are_gone_when_the_request_is_answered(cast) -> None:
    actor, client = cast["owner"]
    asked(actor, 2)
    removal = delete_all(client, 200)
    assert seen(client, removal) == ("done", 2, 2) and not Conversation.objects.exists()
    assert delete_all(client, 200)["total"] == 0


def test_the_page_that_is_loaded_meanwhile_knows_of_it(cast) -> None:
    actor, client = cast["owner"]
    asked(actor, 3)
    removal = delete_all(client)
    assert on_page(client) == removal
    assert on_page(cast["stranger"][1]) is None
    carried_out(removal)
    assert on_page(client) is None


def test_what_is_answered_now_goes_by_itself_and_what_began_later_or_is_pinned_stays(
    cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, client = cast["owner"]
    asked(actor, 4)
    pinned = Conversation.objects.first()
    Conversation.objects.filter(pk=pinned.pk).update(pinned_at=timezone.now())
    send(actor, "Being written")
    removal = delete_all(client)
    later = (send(actor, "Later")).conversation
    parts: list[int] = []
    drop = removing.conversations_drop
    monkeypatch.setattr(
        removing, "conversations_drop", lambda by, own, ids: parts.append(len(ids)) or drop(by, own, ids)
    )
    carried_out(removal)
    assert parts == [1, 2, 1]
    assert {c.pk for c in Conversation.objects.all()} == {pinned.pk, later.pk}


def test_a_worker_that_dies_is_followed_by_another_and_does_nothing_any_more(cast) -> None:
    actor, client = cast["owner"]
    asked(actor, 5)
    removal = delete_all(client)
    removal_id = uuid.UUID(removal["id"])
    slow = removal_take(removal_id)
    removal_step(removal_id, slow)
    assert carried_out(removal) is None  # somebody is at it
    Removal.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    removals_recover()
    assert seen(client, removal) == ("queued", 2, 5)
    assert carried_out(removal) is not None
    assert removal_step(removal_id, slow) is None
    assert seen(client, removal) == ("done", 5, 5)


def test_one_that_takes_its_workers_down_is_given_up_and_stays_so(cast) -> None:
    actor, client = cast["owner"]
    asked(actor, 3)
    removal = delete_all(client)
    for _attempt in range(5):
        assert removal_take(uuid.UUID(removal["id"])) is not None
        Removal.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
        removals_recover()
    assert seen(client, removal) == ("failed", 0, 3)
    assert carried_out(removal) is None
    assert Conversation.objects.count() == 3


@pytest.mark.parametrize("faults, end", [(2, "done"), (3, "failed")])
def test_a_deadlock_is_tried_again_and_three_in_a_row_are_the_end(
    cast, monkeypatch: pytest.MonkeyPatch, faults: int, end: str
) -> None:
    actor, client = cast["owner"]
    asked(actor, 3)
    removal = delete_all(client)
    drop, left = removing.conversations_drop, [DatabaseError("deadlock")] * faults

    def losing(by, own, ids):
        if left:
            raise left.pop()
        return drop(by, own, ids)

    monkeypatch.setattr(removing, "conversations_drop", losing)
    carried_out(removal)
    state, done, _total = seen(client, removal)
    assert (state, done) == (end, 3 if end == "done" else 0)


def test_a_few_that_a_deadlock_keeps_are_left_to_the_job_and_not_said_to_have_failed(
    cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, client = cast["owner"]
    asked(actor, 1)
    send(actor, "Being written")  # goes first, by itself
    drop, parts = removing.conversations_drop, []

    def losing(by, own, ids):
        parts.append(len(ids))
        if len(parts) == 2:
            raise DatabaseError("deadlock")
        return drop(by, own, ids)

    monkeypatch.setattr(removing, "conversations_drop", losing)
    removal = delete_all(client)
    assert (removal["state"], removal["done"], removal["total"]) == ("queued", 1, 2)
    assert ProcrastinateJob.objects.filter(task_name="removal_run", args={"removal_id": removal["id"]}).count() == 1
    carried_out(removal)
    assert seen(client, removal) == ("done", 2, 2) and not Conversation.objects.exists()


def test_what_another_tab_deletes_meanwhile_is_passed_over(cast, monkeypatch: pytest.MonkeyPatch) -> None:
    actor, client = cast["owner"]
    asked(actor, 4)
    removal = delete_all(client)
    drop = removing.conversations_drop

    def beside(by, own, ids):
        Conversation.objects.filter(pk=min(ids)).delete()
        return drop(by, own, ids)

    monkeypatch.setattr(removing, "conversations_drop", beside)
    carried_out(removal)
    assert seen(client, removal) == ("done", 2, 4) and not Conversation.objects.exists()


@pytest.mark.parametrize("pinned, gone", [("false", 3), ("true", 4)])
def test_who_signs_in_meanwhile_keeps_what_the_account_had_and_takes_along_what_was_not_to_go(
    cast, pinned: str, gone: int
) -> None:
    visitor, client = cast["visitor"]
    owner, of_owner = cast["owner"]
    asked(owner, 4)
    kept = set(Conversation.objects.values_list("pk", flat=True))
    asked(visitor, 4)
    last = Conversation.objects.latest("created_at").pk
    Conversation.objects.filter(pk=last).update(pinned_at=timezone.now())
    removal = delete_all(client, pinned=pinned)
    kept |= {send(visitor, "Later").conversation.pk} | ({last} if pinned == "false" else set())
    conversations_adopt(actor=owner, visitor_id=visitor.visitor_id)
    assert on_page(of_owner) is None
    carried_out(removal)
    assert seen(client, removal) == ("done", gone, gone)
    assert set(Conversation.objects.filter(owner_id=owner.user_id).values_list("pk", flat=True)) == kept
    assert Conversation.objects.count() == len(kept)


def test_nobody_sees_anothers_and_it_is_forgotten_after_a_day(cast) -> None:
    actor, client = cast["owner"]
    asked(actor, 1)
    removal = delete_all(client, 200)
    for other in ("stranger", "visitor", "passer_by", "reviewer"):
        assert cast[other][1].get(f"{HISTORY}removals/{removal['id']}/").status_code == 404
    Removal.objects.update(ended_at=timezone.now() - timedelta(days=2))
    removals_recover()
    assert client.get(f"{HISTORY}removals/{removal['id']}/").status_code == 404
