"""The audit log says what things are called, is narrowed to days and acts, and can be taken away."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from apps.audit import services
from apps.audit.models import AuditEvent
from apps.audit.selectors import audit_events
from apps.audit.services import audit_record, audit_record_each
from apps.chat.models import Conversation, Generation
from apps.core.actor import SYSTEM, Actor
from apps.knowledge.services import collection_create, collection_delete

from .conftest import World, as_role


def exported(client: Client, query: str = "") -> list[list[str]]:
    response: Any = client.get(f"/console/audit/export/?{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def recorded(monkeypatch: pytest.MonkeyPatch, at: str, target: str) -> AuditEvent:
    monkeypatch.setattr(services.timezone, "now", lambda: datetime.fromisoformat(at).replace(tzinfo=UTC))
    event = audit_record(actor=SYSTEM, action="test.act", target=target)
    monkeypatch.undo()
    return event


def test_what_is_still_there_is_said_by_its_name_and_can_be_opened(world: World) -> None:
    audit_record(actor=SYSTEM, action="version.ready", target=f"version:{world.version.pk}")
    page = as_role("admin").get("/console/audit/").content.decode()
    assert f'<a href="/console/models/versions/{world.version.pk}/">tiny@1</a>' in page


def test_a_page_that_the_reader_may_not_open_is_not_linked(reviewer: Client, world: World) -> None:
    audit_record(actor=SYSTEM, action="assistant.changed", target="assistant:service")
    page = reviewer.get("/console/audit/?action=assistant.changed").content.decode()
    assert "Service desk" in page and "/console/assistants/service/" not in page


def test_a_conversation_goes_by_its_owner_and_never_by_what_was_asked(reviewer: Client, world: World) -> None:
    world.conversation.visitor_name = "Mia"
    world.conversation.save()
    audit_record(actor=SYSTEM, action="transcript.read", target=f"conversation:{world.conversation.pk}")
    page = reviewer.get("/console/audit/").content.decode()
    assert ">Mia</a>" in page and world.conversation.title not in page


def test_things_are_found_by_their_name_and_by_what_the_log_calls_them(reviewer: Client, world: World) -> None:
    target = f"version:{world.version.pk}"
    audit_record(actor=SYSTEM, action="version.ready", target=target)
    for asked in ("TIN", target):
        found = reviewer.get("/console/audit/", {"target": asked}).context["events"]
        assert [event.target for event in found] == [target]


def test_all_that_has_a_name_is_found_however_much_it_is(reviewer: Client, world: World) -> None:
    mine = Conversation.objects.bulk_create(
        Conversation(assistant=world.conversation.assistant, visitor_name="Mia Lang") for _number in range(230)
    )
    targets = [f"conversation:{conversation.pk}" for conversation in mine]
    audit_record_each(actor=SYSTEM, action="transcript.read", targets=targets)
    audit_record(actor=SYSTEM, action="transcript.read", target=f"conversation:{world.conversation.pk}")
    assert {row[7] for row in exported(reviewer, "target=mia")} == set(targets)


def test_things_are_found_by_all_of_the_name_that_the_page_shows(reviewer: Client, world: World) -> None:
    audit_record(actor=SYSTEM, action="version.ready", target=f"version:{world.version.pk}")
    answer = Generation.objects.filter(conversation=world.conversation).first()
    assert answer is not None
    Conversation.objects.filter(pk=world.conversation.pk).update(visitor_name="Mia", owner=None)
    audit_record(actor=SYSTEM, action="answer.rated", target=f"generation:{answer.pk}")
    for asked, target in (("tiny@1", f"version:{world.version.pk}"), ("Mia", f"generation:{answer.pk}")):
        found = reviewer.get("/console/audit/", {"target": asked}).context["events"]
        assert [event.target for event in found] == [target]
    assert not reviewer.get("/console/audit/", {"target": "tiny@2"}).context["events"]


def test_what_is_gone_keeps_its_id(reviewer: Client) -> None:
    made = collection_create(actor=SYSTEM, slug="shop", name="Shop")
    collection_delete(actor=SYSTEM, collection_id=made.pk)
    page = reviewer.get("/console/audit/?action=collection.deleted").content.decode()
    assert f'title="collection:{made.pk}"' in page


def test_a_range_of_days_has_both_its_ends(reviewer: Client, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    for at in ("2026-03-01 23:59:59", "2026-03-02 00:00:00", "2026-03-03 23:59:59", "2026-03-04 00:00:00"):
        recorded(monkeypatch, at, f"t:{at[8:10]}")
    found = reviewer.get("/console/audit/?since=2026-03-02&until=2026-03-03").context["events"]
    assert [event.target for event in found] == ["t:03", "t:02"]
    assert len(reviewer.get("/console/audit/?since=yesterday&action=test.act").context["events"]) == 4


def test_actions_are_chosen_in_words(reviewer: Client) -> None:
    page = reviewer.get("/console/audit/?action=old.act").content.decode()
    assert '<option value="alias.moved">Alias moved</option>' in page
    assert '<option value="old.act" selected>old.act</option>' in page


def test_readings_can_be_left_out(reviewer: Client) -> None:
    audit_record(actor=SYSTEM, action="transcript.listed", target="")
    audit_record(actor=SYSTEM, action="test.act", target="t:1")
    found = reviewer.get("/console/audit/?action=changes").context["events"]
    assert [event.action for event in found] == ["test.act"]


def test_the_export_has_what_is_filtered_and_is_itself_recorded(reviewer: Client) -> None:
    first = audit_record(actor=SYSTEM, action="test.act", target="t:1", data={"name": "灯"})
    audit_record(actor=SYSTEM, action="other.act", target="t:2")
    [row] = exported(reviewer, "action=test.act")
    assert row[0] == str(first.pk) and row[7] == "t:1" and row[9] == '{"name": "灯"}' and row[-1] == first.digest
    told = audit_events(action="audit.exported").get()
    assert told.actor_label == "reviewer-person" and told.data == {"action": "test.act"}


def test_each_digest_can_be_computed_from_the_export_in_any_language(reviewer: Client) -> None:
    for label in ("=HYPERLINK(1)", "'=HYPERLINK(1)", "system"):
        actor = Actor(user_id=7, label=label, role="admin", ip="::1")
        audit_record(actor=actor, action="test.act", target="@t", data={"名": ["灯", 1.5, None]})
    reviewer.cookies["language"] = "zh-hans"
    rows = exported(reviewer, "action=test.act")
    previous = rows[0][-2]
    for row in rows:
        fields = json.loads(row[-3])
        content = b"".join(len(data).to_bytes(8, "big") + data for data in map(str.encode, fields))
        assert row[-1] == hashlib.sha256(content).hexdigest() and row[-2] == fields[0] == previous
        assert fields[7:9] == ["test.act", "@t"] and json.loads(fields[9]) == {"名": ["灯", 1.5, None]}
        previous = row[-1]
    assert [json.loads(row[-3])[4] for row in rows] == ["=HYPERLINK(1)", "'=HYPERLINK(1)", "system"]


def test_a_spreadsheet_runs_nothing_of_an_export(reviewer: Client) -> None:
    audit_record(actor=Actor(label="=HYPERLINK(1)"), action="+test.act", target="@t")
    [row] = exported(reviewer)
    assert (row[2], row[6], row[7]) == ("'=HYPERLINK(1)", "'+test.act", "'@t")
