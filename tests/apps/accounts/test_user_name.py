"""The name that customers read: by a command, on one's own page, and on record."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.models import User
from apps.audit.selectors import audit_events

pytestmark = pytest.mark.django_db


def test_a_command_gives_a_name_and_takes_it_away_and_the_audit_log_says_so() -> None:
    user = User.objects.create_user("lin", first_name="Lin", last_name="Yu")
    call_command("user_name", "lin", "  林 语 ", stdout=StringIO())
    user.refresh_from_db()
    assert user.get_full_name() == "林 语"
    call_command("user_name", "lin", "", stdout=StringIO())
    user.refresh_from_db()
    assert user.get_full_name() == ""
    data = [event.data for event in audit_events(target=f"user:{user.pk}").order_by("pk")]
    assert data == [{"from": "Lin Yu", "to": "林 语"}, {"from": "林 语", "to": ""}]


@pytest.mark.parametrize(
    ("username", "name", "says"), [("nobody", "N", "no account"), ("lin", "x" * 151, "one line")]
)
def test_a_mistake_is_one_clear_line_and_changes_nothing(username: str, name: str, says: str) -> None:
    User.objects.create_user("lin", first_name="Lin")
    with pytest.raises(CommandError, match=says):
        call_command("user_name", username, name, stdout=StringIO(), stderr=StringIO())
    assert not audit_events(action="user.name").exists()


def test_everybody_changes_their_own_name_and_nobody_elses(client: Client) -> None:
    lin, rui = User.objects.create_user("lin"), User.objects.create_user("rui")
    assert client.get("/accounts/name/").status_code == 302  # to sign in
    client.force_login(lin, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/accounts/name/", {"name": "Lin Yu", "username": "rui"}).status_code == 302
    assert b"Lin Yu" in client.get("/accounts/name/").content
    rui.refresh_from_db()
    assert rui.get_full_name() == ""
    assert audit_events(action="user.name").get().actor_label == "lin"


def test_the_name_that_is_too_long_is_refused_beside_its_field(client: Client) -> None:
    lin = User.objects.create_user("lin")
    client.force_login(lin, backend="django.contrib.auth.backends.ModelBackend")
    assert b'class="error"' in client.post("/accounts/name/", {"name": "x" * 151}).content
