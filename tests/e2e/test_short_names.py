"""A short name is proposed from the name, until somebody types another."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from apps.knowledge.models import Collection

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]


@pytest.mark.parametrize(
    ("path", "name", "slug", "otherwise"),
    [
        ("assistants/new/", "#name", "#slug", r"assistant-\d"),
        ("knowledge/#new-name", "#new-name", "#new-slug", r"collection-\d"),
    ],
)
def test_a_short_name_follows_the_name_until_it_is_typed(
    operator: str, open_page: Callable[..., Page], path: str, name: str, slug: str, otherwise: str
) -> None:
    page = open_page(f"/console/{path}", session=operator, bypass_csp=True)
    for typed, short in {
        "Café & Bar: Opening hours!": "cafe-bar-opening-hours",
        "产品手册 2": otherwise,
        "x" * 90: None,
    }.items():
        page.fill(name, typed)
        if short is not None:
            expect(page.locator(slug)).to_have_value(re.compile(f"^{short}$"))
    assert page.eval_on_selector(slug, "field => field.checkValidity() && field.value.length >= 50")
    page.fill(slug, "mine")
    page.fill(name, "Another name")
    expect(page.locator(slug)).to_have_value("mine")


@pytest.fixture
def no_collections(assistants: None) -> Iterator[None]:
    """In the end: what a test makes goes with it."""
    yield
    Collection.objects.all().delete()


def test_a_new_collection_is_named_at_once_and_needs_no_short_name_from_its_maker(
    operator: str, no_collections: None, open_page: Callable[..., Page]
) -> None:
    page = open_page("/console/knowledge/", session=operator)
    page.click("text=New collection >> visible=true")
    expect(page.locator("#new-name")).to_be_focused()
    page.keyboard.type("产品手册")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("产品手册")
    assert page.url.rsplit("/knowledge/", 1)[1].startswith("collection-")
