"""Signing in and up: what is wrong is said so that one can act, and one person's mistakes lock nobody else out."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.accounts.links import link_parts
from apps.accounts.models import User

pytestmark = pytest.mark.django_db
GOOD = "a long enough pass phrase"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> Iterator[None]:
    """Nor after the test, for those of other files."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, name: str, password: str) -> str:
    return client.post("/accounts/login/", {"login": name, "password": password}).content.decode()


def test_too_many_wrong_passwords_lock_that_name_and_say_for_how_long(client: Client) -> None:
    for name in ("lin", "rui"):
        User.objects.create_user(name, password=GOOD)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        page = sign_in(client, "lin", "wrong")
    assert "Try again in 15 minutes" in page and 'value="lin"' in page
    assert "Try again in 15 minutes" in sign_in(client, "lin", GOOD)
    sign_in(client, "rui", GOOD)
    assert "_auth_user_id" in client.session


def test_wrong_passwords_are_counted_for_the_account_however_it_is_spelled(client: Client) -> None:
    User.objects.create_user("Amara", email="amara@x.cn", password=GOOD)
    for spelling in ["amara", "AMARA", "amara@x.cn", "aMara", "Amara@X.cn", "amarA", "AMara", "Amara"]:
        page = sign_in(client, spelling, "wrong")
    assert "Try again in 15 minutes" in page
    for spelling in ["amARa", "AMARA@x.cn"]:
        assert "Try again in 15 minutes" in sign_in(client, spelling, GOOD)
    assert "_auth_user_id" not in client.session


def test_a_name_that_is_the_address_of_somebody_else_counts_for_the_one_who_was_here_first(client: Client) -> None:
    User.objects.create_user("amara", email="amara@x.cn", password=GOOD)
    User.objects.create_user("amara@x.cn", password="of who would like to guess")
    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, ["amara", "amara@x.cn"][number % 2], "wrong")
    assert "Try again in 15 minutes" in sign_in(client, "amara@x.cn", GOOD)


def test_a_name_that_nobody_has_is_locked_as_well_whatever_its_case(client: Client) -> None:
    for spelling in ["nobody", "Nobody", "NOBODY", "nOBody"] * 2:
        page = sign_in(client, spelling, "wrong")
    assert "Try again in 15 minutes" in page
    assert "Try again" not in sign_in(client, "somebody", "wrong")


def test_wrong_passwords_from_elsewhere_lock_nobody_out_here(client: Client) -> None:
    User.objects.create_user("lin", password=GOOD)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(Client(REMOTE_ADDR="203.0.113.9"), "lin", "wrong")
    sign_in(client, "lin", GOOD)
    assert "_auth_user_id" in client.session


def test_choosing_a_password_by_a_link_ends_the_lock(client: Client) -> None:
    lin = User.objects.create_user("Lin", password="of before, forgotten")
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, "lin", "wrong")
    opened = client.get(reverse("account_choose_password", kwargs=link_parts(lin)), follow=True)
    client.post(opened.request["PATH_INFO"], {"new_password1": GOOD, "new_password2": GOOD})
    sign_in(client, "LIN", GOOD)
    assert "_auth_user_id" in client.session


def test_a_wrong_password_says_so_and_keeps_the_name(client: Client) -> None:
    page = sign_in(client, "lin", "wrong")
    assert "user name or the password is wrong" in page and 'value="lin"' in page


def test_signing_up_takes_a_chinese_name_and_tells_all_that_is_wrong_at_once(client: Client) -> None:
    wrong = {"username": "张 伟", "password1": "123", "password2": "124", "email": "a@"}
    page = client.post("/accounts/signup/", wrong, headers={"accept-language": "zh-hans"}).content.decode()
    for words in ("用户名可以用汉字", "密码太短", "两次输入的密码不一致", "邮箱格式不正确"):
        assert words in page
    client.post("/accounts/signup/", {"username": "张伟", "password1": GOOD, "password2": GOOD})
    assert User.objects.filter(username="张伟").exists()


def test_who_sends_too_many_forms_is_told_so_by_a_page_of_ours(client: Client) -> None:
    for _ in range(21):
        answer = client.post("/accounts/signup/", {})
    assert answer.status_code == 429
    assert "Try again in a minute" in answer.content.decode() and 'class="topbar"' in answer.content.decode()
