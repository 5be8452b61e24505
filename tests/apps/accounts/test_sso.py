"""Single sign-on against a real provider on this machine: who comes in, as whom, and who stays out."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from allauth.socialaccount.providers import registry
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from django.urls import clear_url_caches
from procrastinate.contrib.django.apps import ProcrastinateConfig

import config.urls
from apps.accounts.models import Role, User
from apps.accounts.services import sign_up_set, user_block
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from config.settings import sso
from tests.apps.accounts.oidc_provider import CLIENT, SECRET, Provider, provider_running
from tests.apps.accounts.test_second_step import set_up, shown

pytestmark = pytest.mark.django_db(transaction=True)
LIN = {
    "sub": "4711",
    "email": "lin@example.com",
    "email_verified": True,
    "preferred_username": "lin",
    "name": "张 林",
}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings, transactional_db: None) -> Iterator[Provider]:
    """The product as the environment sets it up; afterwards as it was."""
    cache.clear()
    monkeypatch.setattr(ProcrastinateConfig, "ready", lambda self: None)  # it cannot be made ready twice
    with provider_running() as running, monkeypatch.context() as patch:
        running.person = dict(LIN)
        for name, value in {
            "SSO_ISSUER": running.issuer,
            "SSO_NAME": "Company login",
            "SSO_CLIENT_ID": CLIENT,
            "SSO_CLIENT_SECRET": SECRET,
            "SSO_DOMAINS": "example.com",
        }.items():
            patch.setenv(name, value)
        importlib.reload(sso)
        for name in dir(sso):
            if name.startswith(("SSO_", "SOCIALACCOUNT_")):
                setattr(settings, name, getattr(sso, name))
        registry.loaded = False
        settings.INSTALLED_APPS = sso.INSTALLED_APPS
        _routes_again()
        yield running
    registry.provider_map.clear()


@pytest.fixture(autouse=True)
def routes_as_before() -> Iterator[None]:
    """Autouse: it ends last, when the settings are theirs again."""
    yield
    _routes_again()


def _routes_again() -> None:
    clear_url_caches()
    importlib.reload(config.urls)


def come(client: Client | None = None, **query: str) -> tuple[Client, int, str]:
    """From the button over the provider and back: the browser, the last status, and the page or where it leads."""
    client = client or Client()
    there = client.get("/accounts/sso/", query)
    back = httpx.get(there.headers["Location"]).headers["Location"]
    answer = client.get(back.removeprefix("http://testserver"))
    return client, answer.status_code, answer.headers.get("Location") or answer.content.decode()


def grown_old(client: Client) -> None:
    """Its sign-in was an hour ago."""
    session, key = client.session, "account_authentication_methods"
    session[key] = [one | {"at": one["at"] - 3600} for one in session[key]]
    session.save()


def is_in(client: Client) -> bool:
    return client.get("/accounts/name/").status_code == 200


def test_who_comes_first_gets_a_customers_account_and_later_the_same_one(provider: Provider) -> None:
    assert "Sign in with Company login" in Client().get("/accounts/login/").content.decode()
    client, _status, to = come(next="/accounts/second-step/")
    assert is_in(client) and to == "/accounts/second-step/"
    lin = User.objects.get()
    assert (lin.username, lin.email, lin.role, lin.get_full_name()) == (
        "lin",
        "lin@example.com",
        "customer",
        "张 林",
    )
    assert audit_events(action="user.created").get().data == {"role": "customer", "by": "Company login"}
    User.objects.update(role=Role.REVIEWER)
    provider.person["email"] = "lin.married@example.com"
    assert come()[0].get("/console/conversations/").status_code == 200
    assert User.objects.count() == 1
    assert client.get("/accounts/password/change/").status_code == 409
    assert "Your user name, as a confirmation" in client.get("/accounts/delete/").content.decode()


def test_nobody_becomes_who_is_here_by_an_address_or_a_name(provider: Provider) -> None:
    here = User.objects.create_user("lin", email="lin@example.com", password="x", role=Role.ADMIN)
    signed_in = Client()
    signed_in.force_login(here)
    client, _status, _to = come(signed_in, process="connect")
    new = User.objects.exclude(pk=here.pk).get()
    assert client.session["_auth_user_id"] == str(new.pk)
    assert (new.email, new.role) == ("", "customer") and new.username != "lin"


@pytest.mark.parametrize(
    "person",
    [{"email": "lin@elsewhere.com"}, {"email_verified": False}, {"email_verified": "false"}, {"email": None}],
)
def test_who_has_no_confirmed_address_of_the_domain_stays_out_each_time(provider: Provider, person: dict) -> None:
    come()
    provider.person |= person
    client, status, page = come()
    assert status == 403 and "not one that may come in" in page and not is_in(client)


def test_who_is_blocked_stays_out(provider: Provider) -> None:
    come()
    user_block(actor=SYSTEM, username="lin", blocked=True)
    client, _status, to = come()
    assert to == "/accounts/inactive/" and not is_in(client)


def test_nobody_new_gets_an_account_where_administrators_give_them(provider: Provider, settings) -> None:
    settings.SSO_NEW_ACCOUNTS = False
    client, status, page = come()
    assert status == 403 and "You have no account here" in page and not is_in(client)
    assert not User.objects.exists()


@pytest.mark.parametrize("wrong", ["signature", "audience", "issuer", "expired", "subject", "configuration"])
def test_a_token_that_is_not_the_providers_for_us_and_now_lets_nobody_in(provider: Provider, wrong: str) -> None:
    if wrong == "signature":
        provider.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    provider.claims = {
        "audience": {"aud": "another"},
        "issuer": {"iss": "https://another.example"},
        "expired": {"exp": 1},
    }.get(wrong, {})
    if wrong == "subject":
        provider.userinfo = {"sub": "somebody else"}
    if wrong == "configuration":
        provider.told_issuer = "https://another.example"
        assert Client().get("/accounts/sso/").status_code == 502
        return
    client, status, page = come()
    assert status == 502 and "did not work" in page and not is_in(client)
    assert not User.objects.exists()


def test_an_answer_that_another_browser_asked_for_is_none(provider: Provider) -> None:
    there = Client().get("/accounts/sso/")
    back = httpx.get(there.headers["Location"]).headers["Location"]
    other = Client()
    assert other.get(back.removeprefix("http://testserver")).status_code == 502
    assert not is_in(other)


def test_a_strangers_clicks_are_no_requests_to_the_provider_and_end_in_a_while(
    provider: Provider, settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    assert [Client().get("/accounts/sso/").status_code for _ in range(4)] == [302, 302, 302, 429]
    assert provider.asked_for_configuration == 1


@pytest.mark.parametrize("page", ["/accounts/delete/", "/accounts/second-step/set-up/"])
def test_an_open_session_alone_neither_deletes_the_account_nor_sets_up_a_second_step(
    provider: Provider, page: str
) -> None:
    client = come()[0]
    assert client.get(page).status_code == 200
    grown_old(client)
    asked = client.post(page, {"name": "lin"})
    assert asked.headers["Location"] == "/accounts/sso/?" + urlencode({"next": page})
    there = client.get(asked.headers["Location"])
    assert "prompt=login" in there.headers["Location"]
    assert come(client, next=page)[2] == page
    assert client.get(page).status_code == 200


def test_who_has_a_second_step_deletes_the_account_with_a_code(provider: Provider) -> None:
    client = come()[0]
    secret = set_up(client)[0]
    grown_old(client)
    page = client.post("/accounts/delete/", {"name": "lin", "code": "no code"}).content.decode()
    assert "The code is wrong" in page
    client.post("/accounts/delete/", {"name": "nobody", "code": shown(secret, 1)})
    assert User.objects.get().is_active
    client.post("/accounts/delete/", {"name": "lin", "code": shown(secret, 1)})
    assert not User.objects.get().is_active


def test_an_administrator_who_closes_sign_up_reads_that_single_sign_on_still_gives_accounts(
    provider: Provider, settings
) -> None:
    sign_up_set(actor=SYSTEM, is_open=False)
    new = come()[0]
    assert is_in(new)
    boss = Client()
    boss.force_login(User.objects.create_user("boss", role=Role.ADMIN))
    said = "comes by Company login for the first time gets one"
    assert said in boss.get("/console/people/").content.decode()
    page = boss.get(f"/console/people/{User.objects.get(username='lin').pk}/").content.decode()
    assert "has no password here" in page and "come in without Company login" in page
    settings.SSO_NEW_ACCOUNTS = False
    assert said not in boss.get("/console/people/").content.decode()


def test_where_it_is_not_configured_only_its_tables_are_there() -> None:
    of_it = ("allauth.socialaccount.providers.o", "apps.accounts.sso")
    loaded = f"[name for name in sys.modules if name.startswith({of_it})]"
    program = f"import django, sys; django.setup(); import config.urls; print({loaded})"
    said = subprocess.check_output(
        [sys.executable, "-c", program],
        text=True,
        cwd=Path(__file__).resolve().parents[3],
        env={"DJANGO_SETTINGS_MODULE": "config.settings", "PATH": ""},
    )
    assert said.strip() == "[]"
