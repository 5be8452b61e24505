"""Who the site says its visitor is: signed, short-lived, for this inbox, and used once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core.actor import SYSTEM
from apps.widget.errors import IdentityRefused
from apps.widget.identity import identity_read
from apps.widget.inboxes import inbox_save
from apps.widget.models import Inbox, VisitorSession
from apps.widget.sessions import sessions_clear
from apps.widget.signing import old_secret_end, secret_make
from tests.examples import examples

from .conftest import SHOP, Open, Sign


def later(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


def refusal(response) -> tuple[int, str, str]:
    error = response.json()["error"]
    return response.status_code, error["code"], error.get("reason", "")


def test_a_signed_token_opens_a_session_once(sign: Sign, open_session: Open) -> None:
    token = sign("alice", name="Alice")
    opened = open_session(token)
    assert (opened.status_code, opened.json()["name"]) == (201, "Alice")
    assert refusal(open_session(token)) == (403, "identity_refused", "used")
    assert VisitorSession.objects.count() == 1
    event = AuditEvent.objects.get(action="inbox.session_opened")
    assert (event.actor_label, event.data["named"]) == ("Alice", True)


@pytest.mark.parametrize(
    ("reason", "claims"),
    [
        ("signature", {"key": "x" * 64}),
        ("claims", {"algorithm": "HS512"}),
        ("audience", {"aud": "6c6672f5-1e1f-4bc5-bc99-cb57cc7fe889"}),
        ("claims", {"aud": None}),
        ("claims", {"exp": None}),
        ("claims", {"jti": None}),
        ("claims", {"subject": ""}),
        ("claims", {"subject": "a\x00b"}),
        ("claims", {"subject": "a" * 201}),
        ("claims", {"name": "n" * 81}),
        ("lifetime", {"exp": 10**30}),
    ],
)
def test_a_forged_or_wrong_token_is_refused(sign: Sign, open_session: Open, reason: str, claims: dict) -> None:
    assert refusal(open_session(sign(**claims))) == (403, "identity_refused", reason)
    assert not VisitorSession.objects.exists()


def test_a_token_without_a_signature_is_refused(sign: Sign, open_session: Open) -> None:
    assert refusal(open_session(sign(key="", algorithm="none")))[2] == "claims"
    header, payload, signature = sign().split(".")
    assert refusal(open_session(f"{header}.{payload}."))[2] == "signature"
    assert refusal(open_session(f"{header}.{sign('mallory').split('.')[1]}.{signature}"))[2] == "signature"


def test_a_token_that_ran_out_or_lives_too_long_is_refused(sign: Sign, open_session: Open) -> None:
    assert refusal(open_session(sign(exp=later(minutes=-2))))[2] == "expired"
    assert refusal(open_session(sign(exp=later(minutes=12))))[2] == "lifetime"
    assert open_session(sign(exp=later(minutes=10))).status_code == 201


def test_another_inbox_signs_for_its_own_visitors_only(inbox: Inbox, sign: Sign, open_session: Open) -> None:
    other = inbox_save(actor=SYSTEM, inbox_id=None, name="Other", assistants=["service"], origins=[SHOP])
    assert refusal(open_session(sign(key=secret_make(actor=SYSTEM, inbox_id=other.pk))))[2] == "signature"


def test_an_inbox_without_a_secret_believes_nobody(inbox: Inbox, open_session: Open) -> None:
    assert refusal(open_session("a.b.c"))[2] == "signature"


def test_the_secret_before_holds_until_it_runs_out_or_is_ended(
    inbox: Inbox, secret: str, sign: Sign, open_session: Open
) -> None:
    new = secret_make(actor=SYSTEM, inbox_id=inbox.pk)
    assert [open_session(sign(key=key)).status_code for key in (secret, new)] == [201, 201]
    old_secret_end(actor=SYSTEM, inbox_id=inbox.pk)
    assert [open_session(sign(key=key)).status_code for key in (secret, new)] == [403, 201]


@settings(
    max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.text(max_size=80) | st.lists(st.binary(max_size=20).map(lambda b: b.hex()), max_size=4).map(".".join))
def test_no_other_text_is_a_token(inbox: Inbox, secret: str, text: str) -> None:
    inbox.refresh_from_db()
    with pytest.raises(IdentityRefused):
        identity_read(inbox, text)


@pytest.mark.parametrize("body", ['{"identity": 7}', "{}", "[]", '"x"', '{"identity": ""}'])
def test_what_is_no_request_is_refused(inbox: Inbox, client, body: str) -> None:
    response = client.post(f"/widget/{inbox.pk}/session/", body, content_type="application/json")
    assert response.status_code == 400


def test_no_form_of_another_site_opens_a_session(inbox: Inbox, client) -> None:
    path = f"/widget/{inbox.pk}/session/"
    assert client.post(path, {"identity": "x"}).status_code == 415
    assert client.post(path, '{"identity": null}', content_type="text/plain").status_code == 415


def test_used_tokens_and_sessions_are_forgotten_when_they_have_run_out(sign: Sign, open_session: Open) -> None:
    open_session(sign())
    sessions_clear()
    assert VisitorSession.objects.count() == 1
    VisitorSession.objects.update(expires_at=timezone.now())
    sessions_clear()
    assert not VisitorSession.objects.exists()
