"""Image classifiers in a policy: what is asked about an image, and what follows."""

import asyncio
from typing import Any

import pytest

from apps.core.actor import SYSTEM
from apps.core.errors import BadInput
from apps.inference.errors import RuntimeUnavailable
from apps.inference.services import Classification
from apps.moderation.selectors import classifier_targets
from apps.moderation.services import Verdict, image_check, policy_publish
from apps.registry.models import Kind, ModelVersion

pytestmark = pytest.mark.django_db(transaction=True)  # the policy is read in another thread
URL = "data:image/png;base64,AAAA"


@pytest.fixture
def photos(toxicity: ModelVersion) -> ModelVersion:
    """An image classifier, in the place of the text classifier."""
    ModelVersion.objects.update(kind=Kind.IMAGE_CLASSIFIER, labels=["fine", "nude"])
    toxicity.refresh_from_db()
    return toxicity


def publish(stage: str = "image", check: str = "classifier", **more: Any) -> None:
    rule = {"toxicity@1": {"labels": {"nude": {"flag": 0.5, "block": 0.9}}, **more}}
    policy_publish(actor=SYSTEM, rules={stage: {check: rule}})


def judged(monkeypatch: pytest.MonkeyPatch, nude: float | Exception) -> tuple[Verdict, list[Any]]:
    asked: list[Any] = []

    async def classify(*, target: Any, inputs: list[Any], **_limits: float) -> list[Classification]:
        asked.extend(inputs)
        if isinstance(nude, Exception):
            raise nude
        return [Classification("nude", nude, {"fine": 1 - nude, "nude": nude})]

    monkeypatch.setattr("apps.moderation.asking.classify", classify)
    return asyncio.run(image_check(url=URL, language="zh")), asked


@pytest.mark.parametrize(("nude", "action"), [(0.2, "allow"), (0.6, "flag"), (0.95, "block")])
def test_an_image_is_shown_to_the_classifier_and_its_threshold_counts(
    photos: ModelVersion, monkeypatch: pytest.MonkeyPatch, nude: float, action: str
) -> None:
    publish()
    verdict, asked = judged(monkeypatch, nude)
    assert asked == [{"type": "image_url", "image_url": {"url": URL}}]
    assert verdict.action == action
    assert ("图片" in verdict.message) == (action == "block")
    assert [target.served_id for target in classifier_targets()] == ["toxicity@1"]  # so the runtime loads it


def test_without_an_image_classifier_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict, asked = judged(monkeypatch, 1.0)
    assert (verdict.action, asked) == ("allow", [])


@pytest.mark.parametrize(("unreachable", "action"), [("block", "block"), ("pass", "flag")])
def test_a_classifier_that_is_away_counts_as_the_policy_says(
    photos: ModelVersion, monkeypatch: pytest.MonkeyPatch, unreachable: str, action: str
) -> None:
    publish(unreachable=unreachable)
    verdict, _asked = judged(monkeypatch, RuntimeUnavailable("away"))
    assert verdict.action == action and verdict.message == ("" if action == "flag" else verdict.message)


def test_a_policy_cannot_ask_a_model_of_texts_about_images_or_search_them_for_words(
    toxicity: ModelVersion,
) -> None:
    with pytest.raises(BadInput, match="no image classifier"):
        publish()
    with pytest.raises(BadInput, match="words"):
        policy_publish(actor=SYSTEM, rules={"image": {"words": {"slur": "block"}}})


def test_a_policy_cannot_ask_a_model_of_images_about_texts(photos: ModelVersion) -> None:
    with pytest.raises(BadInput, match="no text classifier"):
        publish("input")
