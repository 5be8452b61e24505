"""A short name is proposed from the name, until somebody types another."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("assistants")]


@pytest.mark.parametrize(
    ("path", "name", "slug"),
    [("assistants/new/", "#name", "#slug"), ("knowledge/#new", "#new-name", "#new-slug")],
)
def test_a_short_name_follows_the_name_until_it_is_typed(
    operator: str, open_page: Callable[..., Page], path: str, name: str, slug: str
) -> None:
    page = open_page(f"/console/{path}", session=operator, bypass_csp=True)
    for typed, short in {
        "Café & Bar: Opening hours!": "cafe-bar-opening-hours",
        "产品手册 2": "",
        "x" * 90: None,
    }.items():
        page.fill(name, typed)
        if short is not None:
            expect(page.locator(slug)).to_have_value(short)
    assert page.eval_on_selector(slug, "field => field.checkValidity() && field.value.length >= 50")
    page.fill(slug, "mine")
    page.fill(name, "Another name")
    expect(page.locator(slug)).to_have_value("mine")
