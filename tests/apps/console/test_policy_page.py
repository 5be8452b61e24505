"""The page of moderation: the shipped classifier and images, by a form instead of a command."""

import pytest
from django.test import Client

from apps.audit.selectors import audit_events
from apps.moderation.choosing import with_classifier
from apps.moderation.models import PolicyVersion
from apps.moderation.policy import DEFAULT_RULES
from apps.moderation.selectors import policy_active, policy_rules
from apps.registry.models import Alias, Kind, ModelVersion, RegisteredModel

from .conftest import World

pytestmark = pytest.mark.django_db
PAGE = "/console/policy/"
ASKED = with_classifier(DEFAULT_RULES, (0.7, 0.9))
FIELDS = {"flag": "0.7", "block": "0.9", "image_block": "0.8", "note": "after a complaint"}


def version(name: str, kind: str, labels: list[str]) -> ModelVersion:
    model = RegisteredModel.objects.create(name=name)
    return ModelVersion.objects.create(
        model=model, number=1, state="ready", source="path", path="/nowhere", kind=kind, labels=labels, size_bytes=1
    )


@pytest.fixture
def shipped(world: World) -> ModelVersion:
    made = version("parley-moderation", Kind.CLASSIFIER, ["harmless", "offensive"])
    Alias.objects.create(name="moderation", version=made)
    return made


def test_the_shipped_classifier_is_asked_with_one_click_as_the_command_does(
    operator: Client, shipped: ModelVersion
) -> None:
    assert "as Parley comes" in operator.get(PAGE).content.decode()
    assert operator.post(PAGE, {**FIELDS, "classifier": "on"}).status_code == 302
    assert policy_rules() == (1, ASKED)
    assert audit_events(action="policy.published").get().data == {"note": "after a complaint"}
    page = operator.get(PAGE).content.decode()
    assert "version 1 is in force" in page and "after a complaint" in page


def test_its_thresholds_are_set_and_it_is_taken_out_again(operator: Client, shipped: ModelVersion) -> None:
    operator.post(PAGE, {**FIELDS, "classifier": "on", "flag": "0.6", "block": "0.95"})
    (asked,) = policy_active().asking("input")
    assert asked.thresholds == {"offensive": {"flag": 0.6, "block": 0.95}}
    assert policy_active().asking("output")[0].thresholds == {"offensive": {"block": 0.95}}
    operator.post(PAGE, FIELDS)
    assert policy_rules() == (2, DEFAULT_RULES)


def test_images_are_blocked_by_a_label_and_other_rules_stay(operator: Client, shipped: ModelVersion) -> None:
    version("photos", Kind.IMAGE_CLASSIFIER, ["nude", "other"])
    assert "nude · photos@1" in operator.get(PAGE).content.decode()
    operator.post(PAGE, {**FIELDS, "images": ["photos@1\nnude"], "classifier": "on"})
    rules = policy_rules()[1]
    assert rules["image"] == {"classifier": {"photos@1": {"labels": {"nude": {"block": 0.8}}}}}
    assert {**rules, "image": None} == {**ASKED, "image": None}
    operator.post(PAGE, {**FIELDS, "classifier": "on"})
    assert "image" not in policy_rules()[1]


def test_what_is_wrong_is_said_and_publishes_nothing(operator: Client, world: World) -> None:
    assert "not be less" in operator.post(PAGE, {**FIELDS, "block": "0.5"}).content.decode()
    page = operator.post(PAGE, {**FIELDS, "classifier": "on"}).content.decode()  # no such model is there
    assert "moderation" in page and 'class="notice danger"' in page
    assert operator.post(PAGE, FIELDS, follow=True).content.decode().count("Nothing was changed") == 1
    assert not PolicyVersion.objects.exists()
