"""The console's pages of people: names and roles, who may come in, and how they get a password."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from apps.accounts.models import Role, User
from apps.accounts.services import second_step_require, user_block, user_role
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict

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
    assert "Lin Yu" in admin.get("/console/people/").content.decode()
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
    assert "Ada Zhou" in admin.get("/console/people/", {"q": words}).content.decode()


def test_a_search_without_a_match_says_so(admin: Client) -> None:
    assert "Nothing matches" in admin.get("/console/people/?q=zzz").content.decode()


GOOD = "a long enough pass phrase"


def link_on(page: str) -> str:
    return re.search(r'<code id="link">http://testserver(.+?)</code>', page)[1]  # type: ignore[index]


def choose(link: str, password: str = GOOD) -> str:
    """What somebody reads who opens the link and sends a password twice."""
    person = Client()
    opened = person.get(link, follow=True)
    sent = {"new_password1": password, "new_password2": password}
    return person.post(opened.request["PATH_INFO"], sent, follow=True).content.decode()


def sign_in(name: str, password: str = GOOD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/accounts/name/").status_code == 200


def test_a_new_account_gets_a_password_by_a_link_that_is_shown_once_and_works_once(admin: Client) -> None:
    made = admin.post("/console/people/new/", {"username": "张伟", "name": "Zhang Wei", "role": "reviewer"})
    link = link_on(admin.get(made.headers["Location"]).content.decode())
    assert 'id="link"' not in admin.get(made.headers["Location"]).content.decode()
    assert "Your password is saved" in choose(link)
    assert "no longer valid" in choose(link, "another long pass phrase")
    assert is_in(sign_in("张伟"))
    user = User.objects.get(username="张伟")
    assert (user.role, user.get_full_name()) == ("reviewer", "Zhang Wei")
    actions = {event.action for event in audit_events(target=f"user:{user.pk}")}
    assert actions == {"user.created", "user.name", "user.link", "user.password"}


@pytest.mark.parametrize("name", ["two words", "LIN", ""])
def test_a_name_that_cannot_be_is_refused_beside_what_was_typed(admin: Client, name: str) -> None:
    User.objects.create_user("lin")
    page = admin.post("/console/people/new/", {"username": name, "name": "Lin Yu", "role": "customer"})
    assert page.status_code == 400
    assert 'value="Lin Yu"' in page.content.decode() and 'role="alert"' in page.content.decode()


def test_who_is_blocked_is_out_at_once_and_comes_back_only_by_signing_in(admin: Client) -> None:
    lin = User.objects.create_user("lin", password=GOOD)
    client = sign_in("lin")
    link = link_on(admin.post(f"/console/people/{lin.pk}/link/", follow=True).content.decode())
    admin.post(f"/console/people/{lin.pk}/block/", {"blocked": "1"})
    assert (is_in(client), is_in(sign_in("lin"))) == (False, False)
    assert "Blocked" in admin.get("/console/people/").content.decode()
    assert admin.post(f"/console/people/{lin.pk}/link/").status_code == 409
    admin.post(f"/console/people/{lin.pk}/block/")
    assert (is_in(client), is_in(sign_in("lin"))) == (False, True)
    assert "no longer valid" in choose(link)


def test_signing_out_everywhere_leaves_the_password(admin: Client) -> None:
    lin = User.objects.create_user("lin", password=GOOD)
    client = sign_in("lin")
    admin.post(f"/console/people/{lin.pk}/sign-out/")
    assert (is_in(client), is_in(sign_in("lin"))) == (False, True)


@pytest.mark.parametrize("ends", ["signing in", "signing out everywhere", "blocking"])
def test_a_link_that_ended_unused_says_what_may_have_ended_it(admin: Client, ends: str) -> None:
    lin = User.objects.create_user("lin", password=GOOD)
    page = admin.post(f"/console/people/{lin.pk}/link/", follow=True).content.decode()
    assert "The link ends once they sign in" in page
    if ends == "signing in":
        sign_in("lin")
    elif ends == "blocking":
        admin.post(f"/console/people/{lin.pk}/block/", {"blocked": "1"})
    else:
        admin.post(f"/console/people/{lin.pk}/sign-out/")
    said = Client().get(link_on(page), follow=True).content.decode()
    assert "you have signed in since, or were signed out everywhere or blocked" in said


def test_nobody_blocks_themselves_and_one_administrator_stays(admin: Client) -> None:
    me = User.objects.get(role=Role.ADMIN)
    assert admin.post(f"/console/people/{me.pk}/block/", {"blocked": "1"}).status_code == 409
    with pytest.raises(Conflict):
        user_block(actor=SYSTEM, username=me.username, blocked=True)
    with pytest.raises(Conflict):
        user_role(actor=SYSTEM, username=me.username, role="reviewer")
    User.objects.create_user("second", role=Role.ADMIN)
    assert not user_block(actor=SYSTEM, username=me.username, blocked=True).is_active


def test_an_administrator_closes_signing_up_and_opens_it_again(admin: Client) -> None:
    wanted = {"username": "new", "password1": GOOD, "password2": GOOD}
    admin.post("/console/people/sign-up/")
    assert "given by administrators" in Client().post("/accounts/signup/", wanted).content.decode()
    assert "/accounts/signup/" not in Client().get("/accounts/login/").content.decode()
    assert not User.objects.filter(username="new").exists()
    admin.post("/console/people/sign-up/", {"open": "1"})
    Client().post("/accounts/signup/", wanted)
    assert User.objects.filter(username="new").exists()
    assert [event.data for event in audit_events(action="sign_up.changed").order_by("pk")] == [
        {"open": False},
        {"open": True},
    ]


def test_a_mistyped_name_deletes_nobody_and_is_told_beside_the_field(admin: Client) -> None:
    lin = User.objects.create_user("lin", is_active=False)
    page = admin.post(f"/console/people/{lin.pk}/delete/", {"name": "Lin"})
    told = page.content.decode()
    assert page.status_code == 400 and 'id="delete-error"' in told and "All people" in told
    assert User.objects.filter(pk=lin.pk, leaving_at=None).exists()


def test_before_a_second_step_is_required_one_reads_how_many_have_none_and_whether_oneself(admin: Client) -> None:
    User.objects.create_user("gone", role=Role.REVIEWER, is_active=False)
    page = " ".join(admin.get("/console/people/").content.decode().split())
    assert "1 of 1 who may open the console has no second step. You are among them." in page
    Authenticator.objects.create(user=User.objects.get(role=Role.ADMIN), type="totp", data={})
    User.objects.create_user("lin", role=Role.REVIEWER)
    page = admin.get("/console/people/").content.decode()
    assert "1 of 2 who may open" in page and "You are among them" not in page


@pytest.mark.parametrize(("role", "alone"), [(Role.REVIEWER, False), (Role.CUSTOMER, True)])
def test_without_the_second_step_that_staff_need_nobody_is_said_to_sign_in_without(
    admin: Client, role: Role, alone: bool
) -> None:
    lin = User.objects.create_user("lin", role=role)
    for user in User.objects.all():
        Authenticator.objects.create(user=user, type="totp", data={})
    second_step_require(actor=SYSTEM, required=True)
    page = admin.post(f"/console/people/{lin.pk}/second-step/remove/", follow=True).content.decode()
    assert ("signs in without a second step now" in page) == alone
    assert ("has no second step yet" in page) != alone
