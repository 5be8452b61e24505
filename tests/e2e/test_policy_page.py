"""The page of content rules, saved from a browser."""

from collections.abc import Iterator

import pytest
from conftest import OpenPage
from playwright.sync_api import expect

from apps.moderation.models import PolicyVersion
from apps.registry.models import Kind, ModelVersion, RegisteredModel

pytestmark = pytest.mark.e2e


@pytest.fixture
def photos(operator: str) -> Iterator[ModelVersion]:
    """An image classifier; with it go the rules that ask it."""
    model = RegisteredModel.objects.create(name="photos")
    yield ModelVersion.objects.create(
        model=model,
        number=1,
        state="ready",
        source="path",
        path="/nowhere",
        kind=Kind.IMAGE_CLASSIFIER,
        labels=["nude", "other"],
        size_bytes=1,
    )
    PolicyVersion.objects.all().delete()
    model.versions.all().delete()
    model.delete()


def test_a_label_of_images_that_was_ticked_is_in_force_and_stays_ticked(
    operator: str, photos: ModelVersion, open_page: OpenPage
) -> None:
    page = open_page("/console/policy/", session=operator)
    page.get_by_label("nude · photos@1").check()
    page.get_by_role("button", name="Put into force").click()
    expect(page.get_by_text("Version 1 is in force.")).to_be_visible()
    expect(page.get_by_label("nude · photos@1")).to_be_checked()
    expect(page.get_by_label("other · photos@1")).not_to_be_checked()
    rules = PolicyVersion.objects.get().rules
    assert rules["image"] == {"classifier": {"photos@1": {"labels": {"nude": {"block": 0.8}}}}}
