"""The page of moderation: the shipped classifier and images, by a form instead of a command."""

from typing import Any

import pytest
from django.test import Client
from lxml import html

from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM
from apps.moderation.choosing import USUAL, with_classifier
from apps.moderation.models import PolicyVersion
from apps.moderation.policy import DEFAULT_RULES
from apps.moderation.selectors import policy_active, policy_rules
from apps.moderation.services import policy_publish
from apps.registry.models import Alias, Kind, ModelVersion, RegisteredModel

from .conftest import World

pytestmark = pytest.mark.django_db
PAGE = "/console/policy/"
OFFENCE = "Ask the classifier for offensive texts"
ASKED = with_classifier(DEFAULT_RULES, USUAL)


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


@pytest.fixture
def photos(world: World) -> ModelVersion:
    return version("photos", Kind.IMAGE_CLASSIFIER, ["nude", "other"])


def filled(client: Client, *, tick: str = "", untick: str = "", **fields: str) -> dict[str, list[str]]:
    """What a browser posts of the page: boxes are named by the words beside them, and lines end with CRLF."""
    (form,) = html.fromstring(client.get(PAGE).content.decode()).xpath("//form[contains(@class, 'assistant-form')]")
    boxes = {label.text_content().strip(): label.find("input") for label in form.xpath(".//label[input]")}
    for words, checked in ((tick, True), (untick, False)):
        if words:
            boxes[words].checked = checked
    for name, value in fields.items():
        form.fields[name] = value
    posted: dict[str, list[str]] = {}
    for name, value in form.form_values():
        posted.setdefault(name, []).append("\r\n".join(value.splitlines()))
    return posted


def save(client: Client, **changes: str) -> str:
    """What is said then."""
    return client.post(PAGE, filled(client, **changes), follow=True).content.decode()


def put(rules: dict[str, Any]) -> dict[str, Any]:
    policy_publish(actor=SYSTEM, rules=rules)
    return rules


def asking(*, unreachable: str = "block", **actions: float) -> dict[str, Any]:
    return {"classifier": {"moderation": {"labels": {"offensive": actions}, "unreachable": unreachable}}}


def blocking(**labels: float) -> dict[str, Any]:
    return {"classifier": {"photos@1": {"labels": {label: {"block": least} for label, least in labels.items()}}}}


def test_the_shipped_classifier_is_asked_with_one_click_as_the_command_does(
    operator: Client, shipped: ModelVersion
) -> None:
    assert "Parley’s own rules" in operator.get(PAGE).content.decode()
    page = save(operator, tick=OFFENCE, note="after a complaint")
    assert policy_rules() == (1, ASKED)
    assert audit_events(action="policy.published").get().data == {"note": "after a complaint"}
    assert "version 1 is in force" in page and "after a complaint" in page


def test_its_thresholds_are_set_and_it_is_taken_out_again(operator: Client, shipped: ModelVersion) -> None:
    save(operator, tick=OFFENCE, flag="0.6", block="0.95", block_answer="0.8")
    (asked,) = policy_active().asking("input")
    assert asked.thresholds == {"offensive": {"flag": 0.6, "block": 0.95}}
    assert policy_active().asking("output")[0].thresholds == {"offensive": {"block": 0.8}}
    save(operator, flag="")
    assert policy_active().asking("input")[0].thresholds == {"offensive": {"block": 0.95}}
    save(operator, untick=OFFENCE)
    assert policy_rules() == (3, DEFAULT_RULES)


def test_images_are_blocked_by_a_label_and_other_rules_stay(
    operator: Client, shipped: ModelVersion, photos: ModelVersion
) -> None:
    put(ASKED)
    save(operator, tick="nude · photos@1")
    assert policy_rules() == (2, {**ASKED, "image": blocking(nude=0.8)})
    save(operator, untick="nude · photos@1")
    assert policy_rules() == (3, ASKED)


@pytest.mark.parametrize(
    "rules",
    [
        {"output": asking(block=0.5)},
        {"input": asking(block=0.9), "output": asking(block=0.5, flag=0.2)},
        {"input": asking(flag=0.001, unreachable="pass")},
        {"input": asking(block=0.9), "output": {}},
    ],
)
def test_rules_for_texts_stay_to_the_letter_when_something_else_is_saved(
    operator: Client, shipped: ModelVersion, photos: ModelVersion, rules: dict[str, Any]
) -> None:
    put(rules)
    assert "Nothing was changed" in save(operator, note="only a note")
    assert policy_rules() == (1, rules)
    save(operator, tick="nude · photos@1")
    assert policy_rules() == (2, {**rules, "image": blocking(nude=0.8)})


def test_of_the_rules_for_texts_only_the_changed_number_changes(operator: Client, shipped: ModelVersion) -> None:
    put({"input": asking(block=0.9, unreachable="pass"), "output": asking(block=0.5, flag=0.2)})
    save(operator, block="0.8")
    changed = {"input": asking(block=0.8, unreachable="pass"), "output": asking(block=0.5, flag=0.2)}
    assert policy_rules() == (2, changed)


def test_a_label_of_images_keeps_its_own_number_until_the_number_is_changed(
    operator: Client, photos: ModelVersion
) -> None:
    put({"image": blocking(nude=0.9)})
    save(operator, tick="other · photos@1")
    assert policy_rules()[1] == {"image": blocking(nude=0.9, other=0.9)}
    put({"image": blocking(nude=0.9, other=0.6)})
    save(operator, untick="nude · photos@1")
    assert policy_rules()[1] == {"image": blocking(other=0.6)}
    put({"image": blocking(nude=0.9, other=0.6)})
    save(operator, image_block="0.7")
    assert policy_rules()[1] == {"image": blocking(nude=0.7, other=0.7)}


def test_what_follows_from_words_and_personal_data_is_chosen_and_the_rest_stays_to_the_letter(
    operator: Client, shipped: ModelVersion
) -> None:
    rules = put(
        {"input": {"words": {"abuse": "flag"}}, "output": {**asking(block=0.5), "personal": {"card": "mask"}}}
    )
    save(operator, **{"words-abuse-input": "block", "personal-email-output": "mask"})
    rules["input"]["words"]["abuse"] = "block"
    rules["output"]["personal"]["email"] = "mask"
    assert policy_rules() == (2, rules)
    save(operator, **{"words-abuse-input": "allow"})
    assert policy_active().action("input", "words", "abuse") == "allow"


def test_a_page_from_before_anothers_change_says_what_followed_before_and_now(operator: Client) -> None:
    stale = filled(operator, **{"words-slur-input": "flag"})
    put({**DEFAULT_RULES, "input": {"words": {"slur": "mask"}}})
    text = operator.post(PAGE, stale).content.decode()
    said = " ".join(html.fromstring(text).xpath("//*[@role='alert']")[0].text_content().split())
    assert "Slurs · In questions: blocked → masked · you typed something else" in said
    assert "Insults · In questions: noted → let pass" in said


def test_a_page_from_before_anothers_change_undoes_nothing_and_keeps_what_was_typed(
    operator: Client, shipped: ModelVersion
) -> None:
    stale = filled(operator, flag="0.6", tick=OFFENCE, note="after a complaint")
    rules = put({**DEFAULT_RULES, "output": asking(block=0.5)})
    answer = operator.post(PAGE, stale)
    assert policy_rules() == (1, rules) and answer.status_code == 409
    (form,) = html.fromstring(answer.content.decode()).xpath("//form[contains(@class, 'assistant-form')]")
    shown = {name: form.fields[name] for name in ("number", "classifier", "flag", "block_answer", "note")}
    assert shown == {
        "number": "1",
        "classifier": "on",
        "flag": "0.6",
        "block_answer": "0.5",
        "note": "after a complaint",
    }
    said = " ".join(form.xpath(".//*[@role='alert']")[0].text_content().split())
    assert (
        "Version 1 was published meanwhile" in said and "Block an answer from a probability of: 0.9 → 0.5" in said
    )
    operator.post(PAGE, dict(form.form_values()))
    number, made = policy_rules()
    assert number == 2 and made["output"] == rules["output"]
    assert made["input"]["classifier"]["moderation"]["labels"]["offensive"]["flag"] == 0.6


def test_a_page_that_does_not_say_what_it_showed_publishes_nothing(operator: Client, shipped: ModelVersion) -> None:
    posted = filled(operator, flag="0.6", tick=OFFENCE)
    del posted["number"]
    assert "Open this page anew" in operator.post(PAGE, posted).content.decode()
    assert policy_rules()[0] == 0


def test_what_is_wrong_is_said_and_publishes_nothing(operator: Client, world: World) -> None:
    assert "not be less" in save(operator, block="0.5")
    assert "Set a probability" in save(operator, tick=OFFENCE, flag="", block="", block_answer="")
    page = save(operator, tick=OFFENCE)  # no such model is there
    assert "moderation" in page and 'class="notice danger"' in page
    assert save(operator).count("Nothing was changed") == 1
    assert not PolicyVersion.objects.exists()


def test_the_rules_in_force_are_said_in_words(operator: Client, shipped: ModelVersion) -> None:
    policy_publish(actor=SYSTEM, rules=ASKED)
    (box,) = html.fromstring(operator.get(PAGE).content.decode()).xpath("//details[summary='All rules in force']")
    said = [(row.findtext("dt"), row.findtext("dd")) for row in box.xpath(".//dl/div")]
    assert {("Slurs", "blocked"), ("Insults", "noted for reviewers"), ("Bank card numbers", "masked")} <= set(said)
    assert ("offensive · moderation", "noted for reviewers from 70% · blocked from 90%") in said
    assert ("Where “moderation” cannot be asked", "blocked") in said
    assert "slur" not in box.text_content() and "{" not in box.text_content()
