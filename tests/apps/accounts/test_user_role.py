"""Roles are given by a command, and that they were is on record."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.audit.selectors import audit_events

pytestmark = pytest.mark.django_db


def test_an_account_gets_a_role_and_the_audit_log_says_so() -> None:
    user = User.objects.create_user("rui")
    call_command("user_role", "rui", "reviewer", stdout=StringIO())
    user.refresh_from_db()
    assert user.role == "reviewer"
    assert audit_events(target=f"user:{user.pk}").get().data == {"from": "customer", "to": "reviewer"}


@pytest.mark.parametrize(("name", "role", "says"), [("nobody", "admin", "no account"), ("rui", "king", "one of")])
def test_a_mistake_is_one_clear_line_and_changes_nothing(name: str, role: str, says: str) -> None:
    User.objects.create_user("rui")
    with pytest.raises(CommandError, match=says):
        call_command("user_role", name, role, stdout=StringIO(), stderr=StringIO())
    assert not audit_events(action="user.role").exists()


def test_a_superuser_is_an_administrator() -> None:
    assert User.objects.create_superuser("root", password="x").role == "admin"


@pytest.mark.parametrize("page", ["login", "signup"])
def test_account_pages_open(client, page: str) -> None:  # type: ignore[no-untyped-def]
    assert client.get(f"/accounts/{page}/").status_code == 200


@pytest.mark.parametrize("page", ["password/reset", "email", "confirm-email", "3rdparty"])
def test_pages_that_would_need_a_mail_server_are_not_there(client, page: str) -> None:  # type: ignore[no-untyped-def]
    assert client.get(f"/accounts/{page}/").status_code == 404
