"""The pages of content rules and word lists, used in a browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from apps.moderation.models import ListedWord, PolicyVersion, WordsHead
from apps.registry.models import Kind, ModelVersion, RegisteredModel

pytestmark = pytest.mark.e2e

OpenPage = Callable[..., Page]


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


@pytest.fixture
def lists(operator: str) -> Iterator[None]:
    """With it go the words that a test listed."""
    yield
    ListedWord.objects.all().delete()
    WordsHead.objects.all().delete()


def test_a_word_is_listed_found_in_a_sentence_edited_and_taken_out(
    operator: str, lists: None, open_page: OpenPage
) -> None:
    page = open_page("/console/policy/words/?of=other", session=operator)
    page.get_by_label("Words or phrases, one a line").fill("Acme\n竞品灯饰")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("2 words added")).to_be_visible()
    page.get_by_label("Sentence").fill("买竞品灯饰吧")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("mark")).to_have_text("竞品灯饰")
    page.get_by_role("link", name="Edit Acme").click()
    expect(page.get_by_label("Word or phrase")).to_be_focused()
    page.get_by_label("Word or phrase").fill("Acme Lamps")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name="Acme Lamps", exact=True)).to_be_visible()
    page.get_by_role("button", name="Take out Acme Lamps").click()
    expect(page.get_by_text("“Acme Lamps” is no longer looked for.")).to_be_visible()
    assert list(ListedWord.objects.values_list("term", flat=True)) == ["竞品灯饰"]


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_what_follows_is_read_to_its_end_on_a_phone(operator: str, open_page: OpenPage, language: str) -> None:
    page = open_page("/console/policy/", session=operator, language=language, phone=True)
    cut = page.evaluate(
        """() => [...document.querySelectorAll('main table select')].flatMap((field) => {
            const style = getComputedStyle(field)
            const pen = document.createElement('canvas').getContext('2d')
            pen.font = style.font
            const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
            const texts = [...field.options].map((option) => option.text)
            return texts.filter((text) => pen.measureText(text).width > room)
        })"""
    )
    assert page.locator("main table select").count() > 10 and cut == []
