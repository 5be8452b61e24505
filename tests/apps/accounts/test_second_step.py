"""The second step of signing in: asked for, right once, locked for who guesses, and required of staff at will."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone

from apps.accounts import forms, second_step
from apps.accounts.actors import actor_from_scope
from apps.accounts.models import Role, User, WrongCodes
from apps.accounts.services import second_step_remove, second_step_require, user_sign_out
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from tests.apps.accounts.test_at_once import blocked, until

pytestmark = pytest.mark.django_db(transaction=True)
SET_UP = "/accounts/second-step/set-up/"
GOOD = "a long enough pass phrase"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


def shown(secret: str, later: int = 0) -> str:
    """What the app shows, `later` half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def sign_in(name: str = "lin", code: str | None = None) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": GOOD})
    if code is not None:
        client.page = client.post("/accounts/second-step/code/", {"code": code}).content.decode()
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/name/").status_code == 200


def key_on(page: str) -> str:
    return re.search(r'id="key">([\w ]+)<', page)[1].replace(" ", "")


def set_up(client: Client) -> tuple[str, list[str]]:
    """As a person does it: the app's key, and the recovery codes."""
    page = client.get("/accounts/second-step/set-up/").content.decode()
    assert "<svg" in page
    secret = key_on(page)
    client.code = shown(secret)
    codes = client.post("/accounts/second-step/set-up/", {"code": client.code}, follow=True).content.decode()
    return secret, re.search(r'id="codes"[^>]*>([\d\s]+)<', codes)[1].split()


def made(name: str = "lin", role: str = Role.REVIEWER) -> User:
    return User.objects.create_user(name, password=GOOD, role=role)


def waits(client: Client) -> bool:
    return "Second step" in client.get("/accounts/login/", follow=True).content.decode()


def test_a_login_that_waits_for_its_code_is_left_for_somebody_elses() -> None:
    made(), made("boss")
    set_up(sign_in())
    client = sign_in()
    assert waits(client)
    assert client.post("/accounts/second-step/code/").headers["Location"] == "/accounts/login/"
    client.post("/accounts/login/", {"login": "boss", "password": GOOD})
    assert is_in(client)


@pytest.mark.parametrize("ended_by", ["taken away", "signed out", "new password"])
def test_a_login_that_waits_for_its_code_ends_as_sessions_do(ended_by: str) -> None:
    lin = made()
    _secret, codes = set_up(sign_in())
    client, elsewhere = sign_in(), sign_in()
    if ended_by == "taken away":
        second_step_remove(actor=SYSTEM, username="lin")
    elif ended_by == "signed out":
        user_sign_out(actor=SYSTEM, username="lin")
    else:
        lin.refresh_from_db()
        lin.set_password("another long pass phrase")
        lin.save()
    assert not waits(client)
    elsewhere.post("/accounts/second-step/code/", {"code": codes[0]})
    assert not is_in(elsewhere) and not waits(elsewhere)
    client.post("/accounts/login/", {"login": "lin", "password": GOOD})
    assert is_in(client) == (ended_by == "taken away")


def test_who_has_set_it_up_signs_in_with_a_code_and_every_code_is_right_once() -> None:
    made()
    elsewhere, here = sign_in(), sign_in()
    secret, _codes = set_up(here)
    assert (is_in(here), is_in(elsewhere)) == (True, False)
    assert not is_in(sign_in())
    again = sign_in(code=here.code)
    assert not is_in(again) and "This code was used already" in again.page
    code = shown(secret, 1)
    assert [is_in(sign_in(code=code)) for _ in range(2)] == [True, False]


def test_the_page_to_set_it_up_shows_one_key_however_often_it_is_opened() -> None:
    made()
    client = sign_in()
    keys = [key_on(client.get(SET_UP).content.decode()) for _ in range(2)]
    assert keys[0] == keys[1]


def test_turned_on_twice_at_once_it_is_on_once_and_both_pages_lead_to_the_codes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made()
    client, both = sign_in(), Barrier(2, timeout=60)
    secret = key_on(client.get(SET_UP).content.decode())
    used = forms.half_minute_of
    monkeypatch.setattr(forms, "half_minute_of", lambda *told: used(*told) if both.wait() >= 0 else None)

    def turn_on() -> str:
        one = Client()
        one.cookies = client.cookies
        try:
            return one.post(SET_UP, {"code": shown(secret)}).headers["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        pages = [future.result(60) for future in [pool.submit(turn_on) for _ in range(2)]]
    assert pages == ["/accounts/second-step/codes/"] * 2
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_of_two_who_send_one_code_at_once_one_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    lin = made()
    secret, _codes = set_up(sign_in())
    WrongCodes.objects.create(user=lin)
    code, judging, judged = shown(secret, 1), second_step.half_minute_of, []

    def judges(*told: str, **named: int) -> int | None:
        judged.append(judging(*told, **named))
        until(lambda: len(judged) >= 2 or blocked() > 0)  # the other judges as well, or waits to
        return judged[-1]

    monkeypatch.setattr(second_step, "half_minute_of", judges)

    def use() -> bool:
        try:
            second_step.code_use(SYSTEM, lin, code)
        except ValidationError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        uses = [pool.submit(use) for _ in range(2)]
        assert sorted(one.result(30) for one in uses) == [False, True]


def test_a_recovery_code_stands_in_for_the_app_once_and_the_log_says_how_many_are_left() -> None:
    lin = made()
    _secret, codes = set_up(sign_in())
    assert len(codes) == 10
    assert is_in(sign_in(code=codes[3]))
    assert "This recovery code was used already" in sign_in(code=codes[3]).page
    assert "none of your recovery codes" in sign_in(code="0000 0000").page
    (event,) = audit_events(action="user.recovery_code")
    assert (event.target, event.data) == (f"user:{lin.pk}", {"left": 9})


def test_guessing_codes_locks_them_from_wherever_and_the_right_one_counts_no_more() -> None:
    lin = made()
    secret, codes = set_up(sign_in())
    for number in range(settings.AXES_FAILURE_LIMIT):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        client.post("/accounts/login/", {"login": "lin", "password": GOOD})
        page = client.post("/accounts/second-step/code/", {"code": "no code"}).content.decode()
    assert "Try again in 15 minutes" in page
    for code in (shown(secret, 1), codes[0]):
        assert "Try again in 15 minutes" in sign_in(code=code).page
    assert audit_events(action="user.codes_locked").count() == 1
    WrongCodes.objects.update(last_at=timezone.now() - timezone.timedelta(minutes=16))
    assert "The code is wrong" in sign_in(code="no code").page  # counted anew
    assert is_in(sign_in(code=shown(secret, 1)))
    assert WrongCodes.objects.get(user=lin).count == 0


def test_staff_who_need_it_and_have_none_are_led_to_it_and_may_do_nothing_before() -> None:
    lin = made()
    open_before = sign_in()
    second_step_require(actor=SYSTEM, required=True)
    client = sign_in()
    for one in (open_before, client):
        assert one.get("/console/conversations/").headers["Location"] == "/accounts/second-step/set-up/"
        assert one.get("/console/conversations/", headers={"accept": "application/json"}).status_code == 403
        assert one.post("/console/policy/words/add/").status_code == 403
    assert actor_from_scope({"user": User.objects.get(pk=lin.pk)}).role == Role.CUSTOMER
    landed = Client().post("/accounts/login/", {"login": "lin", "password": GOOD})
    assert landed.headers["Location"] == "/accounts/second-step/set-up/"
    set_up(client)
    assert client.get("/console/conversations/").status_code == 200
    assert open_before.get("/console/conversations/").headers["Location"].startswith("/accounts/login/")
    client.post("/accounts/second-step/remove/")
    assert client.get("/console/conversations/").status_code == 302


def test_a_customer_needs_none_where_staff_do() -> None:
    made(role=Role.CUSTOMER)
    second_step_require(actor=SYSTEM, required=True)
    assert "set-up" not in Client().post("/accounts/login/", {"login": "lin", "password": GOOD}).headers["Location"]


def test_an_administrator_sees_who_has_it_takes_it_away_and_requires_it() -> None:
    lin, _admin = made(), made("boss", Role.ADMIN)
    at_lins = sign_in()
    set_up(at_lins)
    begun, boss = sign_in(), sign_in("boss")
    assert "Take the second step away" in boss.get(f"/console/people/{lin.pk}/").content.decode()
    boss.post(f"/console/people/{lin.pk}/second-step/remove/")
    assert not Authenticator.objects.exists()
    begun.post("/accounts/login/", {"login": "lin", "password": GOOD})
    assert (is_in(at_lins), is_in(begun)) == (False, True)
    boss.post("/console/people/second-step/", {"required": "1"})
    assert boss.get("/console/people/").headers["Location"] == "/accounts/second-step/set-up/"
    actions = [event.action for event in audit_events(target=f"user:{lin.pk}").order_by("pk")]
    assert actions == ["user.second_step", "user.second_step_removed"]
    assert audit_events(action="second_step.required").get().data == {"required": True}


def test_new_recovery_codes_end_those_of_before_and_the_log_says_so() -> None:
    lin = made()
    client = sign_in()
    _secret, before = set_up(client)
    page = client.post("/accounts/second-step/codes/new/", follow=True).content.decode()
    now = re.search(r'id="codes"[^>]*>([\d\s]+)<', page)[1].split()
    assert len(now) == 10 and not set(now) & set(before)
    assert (is_in(sign_in(code=before[0])), is_in(sign_in(code=now[0]))) == (False, True)
    assert audit_events(action="user.recovery_codes").get().target == f"user:{lin.pk}"


def test_where_no_administrator_can_sign_in_a_command_takes_it_away(capsys: pytest.CaptureFixture[str]) -> None:
    made()
    set_up(sign_in())
    call_command("user_second_step_remove", "lin")
    assert "lin signs in without a second step now" in capsys.readouterr().out
    assert is_in(sign_in())


@pytest.mark.parametrize("proof", ["password", "code"])
def test_a_session_left_open_asks_for_password_or_code_before_it_is_turned_off(proof: str) -> None:
    made()
    client = sign_in()
    secret, _codes = set_up(client)
    session = client.session
    session["account_authentication_methods"] = [
        one | {"at": one["at"] - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()
    asked = client.post("/accounts/second-step/remove/").headers["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    if proof == "code":
        asked = asked.replace("/reauthenticate/", "/second-step/again/")
    assert "is wrong" in client.post(asked, {proof: "a guess"}).content.decode()
    assert Authenticator.objects.filter(type="totp").exists()
    client.post(asked, {proof: GOOD if proof == "password" else shown(secret, 1)})
    assert not Authenticator.objects.exists()
    assert is_in(client)
