"""Names and roles on the console's page of people."""

import pytest
from django.test import Client

from apps.accounts.models import Role, User
from apps.audit.selectors import audit_events

from .conftest import as_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return as_role(Role.ADMIN)


def test_an_administrator_names_a_colleague_and_gives_a_role(admin: Client) -> None:
    lin = User.objects.create_user("lin")
    assert "lin" in admin.get("/console/people/?q=LI").content.decode()
    admin.post(f"/console/people/{lin.pk}/", {"name": "Lin Yu", "role": "reviewer"})
    lin.refresh_from_db()
    assert (lin.get_full_name(), lin.role) == ("Lin Yu", "reviewer")
    assert 'value="Lin Yu"' in admin.get("/console/people/").content.decode()
    assert {event.action for event in audit_events(target=f"user:{lin.pk}")} == {"user.name", "user.role"}


def test_saving_what_is_there_records_nothing(admin: Client) -> None:
    lin = User.objects.create_user("lin", first_name="Lin")
    admin.post(f"/console/people/{lin.pk}/", {"name": "Lin", "role": "customer"})
    assert not audit_events(target=f"user:{lin.pk}").exists()


def test_nobody_takes_their_own_role(admin: Client) -> None:
    me = User.objects.get(role=Role.ADMIN)
    answer = admin.post(f"/console/people/{me.pk}/", {"name": "Me", "role": "customer"})
    me.refresh_from_db()
    assert (answer.status_code, me.role, me.get_full_name()) == (409, "admin", "")


def test_name_and_role_are_saved_both_or_neither(admin: Client) -> None:
    lin = User.objects.create_user("lin", first_name="Lin")
    answer = admin.post(f"/console/people/{lin.pk}/", {"name": "Lin Yu", "role": "queen"})
    lin.refresh_from_db()
    assert (answer.status_code, lin.role, lin.get_full_name()) == (400, "customer", "Lin")
    assert not audit_events(target=f"user:{lin.pk}").exists()


def test_a_role_alone_takes_no_name_away(admin: Client) -> None:
    lin = User.objects.create_user("lin", first_name="Lin", last_name="Yu")
    admin.post(f"/console/people/{lin.pk}/", {"role": "reviewer"})
    lin.refresh_from_db()
    assert (lin.role, lin.get_full_name()) == ("reviewer", "Lin Yu")


@pytest.mark.parametrize("words", ["zhou", "a Zh", "Ada"])
def test_a_person_is_found_by_any_part_of_the_full_name(admin: Client, words: str) -> None:
    User.objects.create_user("u1", first_name="Ada", last_name="Zhou")
    assert 'value="Ada Zhou"' in admin.get("/console/people/", {"q": words}).content.decode()


def test_a_search_without_a_match_says_so(admin: Client) -> None:
    assert "Nothing matches" in admin.get("/console/people/?q=zzz").content.decode()
