"""The console's links, in groups of what one does, and the long form of an assistant."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User

pytestmark = pytest.mark.e2e


def test_the_links_stand_in_groups_and_each_has_its_own_sign(open_page: Callable[..., Page], operator: str) -> None:
    User.objects.filter(role="operator").update(role="admin")
    page = open_page("/console/", session=operator)
    groups = page.locator(".console-links section")
    expect(groups.locator("p")).to_have_text(["Daily work", "Building", "Administration"])
    expect(groups.last.get_by_role("link")).to_have_text(["Content rules", "People", "Audit log"])
    signs = page.locator(".console-links use").evaluate_all("uses => uses.map(use => use.getAttribute('href'))")
    assert len(signs) == len(set(signs)) == 15


def test_a_group_without_anything_for_a_person_is_not_shown(open_page: Callable[..., Page], operator: str) -> None:
    User.objects.filter(role="operator").update(role="reviewer")
    page = open_page("/console/", session=operator)
    expect(page.get_by_role("region", name="Daily work")).to_be_visible()
    for group in page.locator(".console-links section").all():
        assert group.is_visible() == bool(group.get_by_role("link").count())


def test_the_form_of_an_assistant_is_saved_from_wherever_one_is_in_it(
    open_page: Callable[..., Page], operator: str
) -> None:
    page = open_page("/console/assistants/shop/", session=operator)
    expect(page.locator(".save-bar button")).to_be_in_viewport(ratio=1)
    words = page.locator("[name=blocked_words]")
    words.evaluate("field => field.closest('details').open = true")
    words.focus()
    field, bar = words.bounding_box(), page.locator(".save-bar").bounding_box()
    assert field and bar and field["y"] + field["height"] <= bar["y"]
