"""The log is filtered, paged and verified; the figures count what happened."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from apps.audit.services import audit_record
from apps.chat.models import Standing
from apps.chat.services import assistant_upsert
from apps.console.templatetags.audit import ACTIONS
from apps.core.actor import SYSTEM, Actor

from .conftest import World


def test_the_log_is_filtered_by_action_target_and_person(reviewer: Client, world: World) -> None:
    moved = reviewer.get("/console/audit/?action=alias.moved&target=alias:production&actor=system")
    assert [event.action for event in moved.context["events"]] == ["alias.moved"]
    assert b"Nothing matches" in reviewer.get("/console/audit/?action=nothing.such").content


def test_people_and_roles_are_said_in_the_readers_language(reviewer: Client) -> None:
    audit_record(actor=Actor(label="visitor"), action="test.act", target="t:1")
    audit_record(actor=Actor(user_id=1, label="olga", role="reviewer"), action="test.act", target="t:2")
    reviewer.cookies["language"] = "zh-hans"
    page = reviewer.get("/console/audit/?action=test.act").content.decode()
    assert "访客" in page and "审核员" in page and ">visitor" not in page


def test_the_log_is_paged(reviewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.console.views.audit.PAGE_SIZE", 2)
    for number in range(5):
        audit_record(actor=SYSTEM, action="test.act", target=f"t:{number}")
    seen, query = [], "action=test.act"
    while True:
        context = reviewer.get(f"/console/audit/?{query}").context
        seen += [event.target for event in context["events"]]
        if not context["after"]:
            break
        query = context["after"]
    assert seen == [f"t:{number}" for number in (4, 3, 2, 1, 0)]


def test_verifying_says_whole_or_names_the_event(reviewer: Client) -> None:
    first = audit_record(actor=SYSTEM, action="test.act", target="t:1")
    audit_record(actor=SYSTEM, action="test.act", target="t:2")
    assert b"the log is whole" in reviewer.post("/console/audit/").content
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_append_only")
        cursor.execute("UPDATE audit_auditevent SET target = 't:9' WHERE id = %s", [first.pk])
    assert f"Event {first.pk} is not what was written" in reviewer.post("/console/audit/").content.decode()


def test_the_figures_count_questions_outcomes_and_findings(operator: Client, world: World) -> None:
    numbers = operator.get("/console/overview/?days=1").context["numbers"]
    assert (numbers.conversations, numbers.questions, numbers.flagged, numbers.failed) == (1, 1, 1, 0)
    assert numbers.outcomes == [("Answered from the documents", 1, 1.0)] and numbers.first_token_ms == 312.0


def test_no_answers_yet_is_said_instead_of_a_table(operator: Client, db: None) -> None:
    assert b"Nothing was asked in this time" in operator.get("/console/overview/?days=nonsense").content


def test_every_action_that_is_recorded_has_words_in_both_languages() -> None:
    source = "\n".join(path.read_text() for path in (settings.BASE_DIR / "apps").rglob("*.py"))
    recorded = set(re.findall(r'(?:action=|_record\(\s*actor, )"([a-z_]+\.[a-z_]+)"', source))
    recorded |= {f"handover.{standing}" for standing in Standing.values}
    recorded |= {f"webhook.{what}" for what in re.findall(r'_record\(actor, "([a-z_]+)", hook', source)}
    assert len(recorded) > 60
    assert recorded <= ACTIONS.keys()


def test_the_log_says_what_was_done_in_the_readers_language(reviewer: Client) -> None:
    audit_record(actor=SYSTEM, action="insights.read", target="", data={"named": False})
    reviewer.cookies["language"] = "zh-hans"
    page = reviewer.get("/console/audit/?action=insights.read").content.decode()
    assert ">查看提问</a>" in page and "否</span>" in page and "False" not in page


def test_a_change_is_told_from_what_was_to_what_is(reviewer: Client) -> None:
    audit_record(actor=SYSTEM, action="user.role", target="user:1", data={"from": "customer", "to": "operator"})
    page = reviewer.get("/console/audit/?action=user.role").content.decode()
    assert page.index(">customer<") < page.index(">operator<")


def test_the_log_names_what_was_changed_of_an_assistant_as_its_form_does(reviewer: Client) -> None:
    assistant_upsert(actor=SYSTEM, slug="service", name="Service", blocked_words=[], max_sentences=3)
    reviewer.cookies["language"] = "zh-hans"
    page = reviewer.get("/console/audit/?action=assistant.changed").content.decode()
    assert "屏蔽词 · 至多几句 · 名称" in page and "blocked_words" not in page
