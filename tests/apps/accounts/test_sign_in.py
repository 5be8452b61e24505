"""Signing in and up: what is wrong is said so that one can act, and one person's mistakes lock nobody else out."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User

pytestmark = pytest.mark.django_db
GOOD = "a long enough pass phrase"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
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
