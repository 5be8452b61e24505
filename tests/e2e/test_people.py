"""axe finds nothing on a person's page, on links for passwords, and on the pages of who may not come in."""

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from scripted import Tab
from test_accessibility import THEMES, violations
from test_console import BROKEN

from apps.accounts.links import link_parts
from apps.accounts.models import SignUp, User
from apps.accounts.services import sign_up_set
from apps.core.actor import SYSTEM

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]


@pytest.fixture
def person(assistants: None) -> Iterator[User]:
    made = User.objects.create(username=f"lin-{uuid.uuid4().hex[:8]}")
    yield made
    made.delete()


@pytest.fixture
def session(assistants: None) -> Iterator[str]:
    admin = User.objects.create(username=f"admin-{uuid.uuid4().hex[:8]}", role="admin")
    client = Client()
    client.force_login(admin)
    yield client.cookies["sessionid"].value
    admin.delete()


@pytest.mark.parametrize(("theme", "phone"), [("light", False), ("dark", True)])
def test_nothing_is_wrong_on_the_page_of_a_person_with_and_without_a_link(
    session: str, person: User, open_page: Callable[..., Page], theme: str, phone: bool
) -> None:
    tab = Tab(open_page("about:blank", session=session, theme=theme, phone=phone, bypass_csp=True))
    page = tab.visit(f"/console/people/{person.pk}/")
    assert wrong(page, phone) == []
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator("#link")).to_be_visible()
    page.wait_for_load_state()
    assert wrong(page, phone) == []


def wrong(page: Page, phone: bool) -> list[str]:
    found = page.evaluate(BROKEN) if phone else []
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("it is wider than the window")
    return found + violations(page)


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_on_the_pages_of_who_may_not_come_in(
    person: User, open_page: Callable[..., Page], theme: str
) -> None:
    link = reverse("account_choose_password", kwargs=link_parts(person))
    tab = Tab(open_page("about:blank", theme=theme, bypass_csp=True, fresh=True))
    sign_up_set(actor=SYSTEM, is_open=False)
    pages = {
        "Choose a password": link,
        "This link is no longer valid": link[:-2] + "x/",
        "This account is blocked": "/accounts/inactive/",
        "Accounts are given by administrators here": "/accounts/signup/",
    }
    try:
        for heading, path in pages.items():
            page = tab.visit(path)
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            assert violations(page) == [], heading
    finally:
        SignUp.objects.all().delete()


@pytest.mark.parametrize(("theme", "phone"), [("light", True), ("dark", False)])
def test_axe_finds_nothing_on_the_pages_of_ones_own_account(
    person: User, open_page: Callable[..., Page], theme: str, phone: bool
) -> None:
    person.set_password("a long enough pass phrase")
    person.save()
    client = Client()  # who has just signed in is not asked once more before a second step is set up
    client.post("/accounts/login/", {"login": person.username, "password": "a long enough pass phrase"})
    mine = client.cookies["sessionid"].value
    tab = Tab(open_page("about:blank", session=mine, theme=theme, phone=phone, bypass_csp=True))
    for path in ("second-step/", "second-step/set-up/", "delete/"):
        page = tab.visit(f"/accounts/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.url.endswith(path)
        assert wrong(page, phone) == [], path
