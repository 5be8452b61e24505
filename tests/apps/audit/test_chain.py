"""The audit log shows every change that was made behind its back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from apps.audit.models import AuditEvent
from apps.audit.selectors import audit_events, audit_verification
from apps.audit.services import audit_record, audit_record_each
from apps.core.actor import SYSTEM, Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> list[AuditEvent]:
    reviewer = Actor(user_id=4, label="rui", role="reviewer", ip="127.0.0.1")
    return [
        audit_record(
            actor=reviewer, action="transcript.read", target=f"conversation:{n}", data={"n": n, "词": "值"}
        )
        for n in range(5)
    ]


def behind_the_back(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_append_only")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER audit_append_only")


def test_an_untouched_log_is_whole(events: list[AuditEvent]) -> None:
    result = audit_verification()
    assert (result.checked, result.bad_id) == (5, None)


def test_the_same_done_to_several_is_an_event_each_in_their_order(events: list[AuditEvent]) -> None:
    audit_record_each(actor=SYSTEM, action="conversation.deleted", targets=["conversation:8", "conversation:9"])
    result = audit_verification()
    assert (result.checked, result.bad_id) == (7, None)
    newest = AuditEvent.objects.values_list("target", flat=True)[:2]
    assert list(newest) == ["conversation:9", "conversation:8"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor_label = 'someone else' WHERE id = %s",
        "UPDATE audit_auditevent SET data = '{}' WHERE id = %s",
        "UPDATE audit_auditevent SET at = at + interval '1 hour' WHERE id = %s",
    ],
)
def test_a_changed_row_is_named(events: list[AuditEvent], statement: str) -> None:
    behind_the_back(statement, events[2].pk)
    assert audit_verification().bad_id == events[2].pk


def test_a_removed_row_is_noticed_at_the_next_one(events: list[AuditEvent]) -> None:
    behind_the_back("DELETE FROM audit_auditevent WHERE id = %s", events[2].pk)
    assert audit_verification().bad_id == events[3].pk


def test_a_cut_tail_is_noticed(events: list[AuditEvent]) -> None:
    behind_the_back("DELETE FROM audit_auditevent WHERE id >= %s", events[3].pk)
    assert audit_verification().bad_id == events[2].pk


def test_an_emptied_log_is_noticed(events: list[AuditEvent]) -> None:
    behind_the_back("DELETE FROM audit_auditevent WHERE id > %s", 0)
    assert audit_verification().bad_id is not None


def test_moving_text_between_fields_does_not_keep_the_digest(events: list[AuditEvent]) -> None:
    statement = "UPDATE audit_auditevent SET action = 'transcript.rea', target = 'd' || target WHERE id = %s"
    behind_the_back(statement, events[0].pk)
    assert audit_verification().bad_id == events[0].pk


@pytest.mark.parametrize("statement", ["UPDATE audit_auditevent SET ip = ''", "DELETE FROM audit_auditevent"])
def test_the_database_itself_refuses_changes(events: list[AuditEvent], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_act_that_is_rolled_back_leaves_no_record() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit_record(actor=SYSTEM, action="alias.moved", target="alias:production")
        raise RuntimeError
    assert not audit_events(action="alias.moved").exists()


def test_the_command_names_the_bad_row_and_fails(events: list[AuditEvent]) -> None:
    behind_the_back("UPDATE audit_auditevent SET ip = 'x' WHERE id = %s", events[1].pk)
    with pytest.raises(CommandError, match=f"event {events[1].pk}"):
        call_command("audit_verify", stdout=StringIO(), stderr=StringIO())
