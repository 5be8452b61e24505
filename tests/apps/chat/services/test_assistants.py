"""Setting assistants up from data."""

from importlib import import_module

import pytest
from django.apps import apps

from apps.audit.models import AuditEvent
from apps.chat.models import Assistant
from apps.chat.selectors import assistants
from apps.chat.services import assistant_move, assistant_restore, assistant_upsert
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput, NotFound
from apps.knowledge.models import Collection

pytestmark = pytest.mark.django_db


def test_an_assistant_is_made_and_then_changed() -> None:
    shop, handbook = (Collection.objects.create(slug=slug, name=slug) for slug in ("shop", "handbook"))
    made = assistant_upsert(actor=SYSTEM, slug="service", name="Service", collections=["shop"], starters=["Hi?"])
    assert (list(made.collections.all()), made.verbatim, made.alias) == ([shop], True, "production")
    changed = assistant_upsert(actor=SYSTEM, slug="service", threshold=0.5, collections=["handbook"])
    assert changed.pk == made.pk
    assert (changed.name, changed.threshold, list(changed.collections.all())) == ("Service", 0.5, [handbook])
    assert AuditEvent.objects.filter(action="assistant.changed").count() == 2


def test_a_new_assistant_stands_behind_those_that_customers_know() -> None:
    for slug in ("wardrobe", "appliances"):
        assistant_upsert(actor=SYSTEM, slug=slug, name=slug)
    assistant_upsert(actor=SYSTEM, slug="wardrobe", name="Changed")
    assert [one.slug for one in Assistant.objects.filter(slug__in=("wardrobe", "appliances"))] == [
        "wardrobe",
        "appliances",
    ]


def test_no_assistant_answers_from_what_somebody_brought_to_a_conversation() -> None:
    Collection.objects.create(slug="brought", name="Files", personal=True)
    with pytest.raises(BadInput, match="no collection"):
        assistant_upsert(actor=SYSTEM, slug="service", name="Service", collections=["brought"])


@pytest.mark.parametrize(
    "fields",
    [
        {"collections": ["nowhere"]},
        {"colour": "red"},
        {"threshold": 7},
        {"max_sentences": 0},
        {"name": ""},
        {"id": 1},
    ],
)
def test_what_does_not_exist_or_fit_is_refused(fields: dict) -> None:
    with pytest.raises(BadInput):
        assistant_upsert(actor=SYSTEM, slug="service", **{"name": "Service", **fields})
    assert not Assistant.objects.exists()


def test_each_change_is_kept_as_a_version_and_any_can_be_put_back(db: None) -> None:
    shop, handbook = (Collection.objects.create(slug=slug, name=slug) for slug in ("shop", "handbook"))
    made = assistant_upsert(actor=SYSTEM, slug="service", name="Service", collections=["shop"], threshold=0.3)
    assistant_upsert(actor=SYSTEM, slug="service", name="Help", collections=["shop", "handbook"], threshold=0.6)
    restored = assistant_restore(actor=SYSTEM, slug="service", number=1)
    assert (restored.name, restored.threshold, list(restored.collections.all())) == ("Service", 0.3, [shop])
    assert [version.number for version in made.versions.all()] == [3, 2, 1]
    assert made.versions.get(number=2).content["collections"] == [handbook.slug, shop.slug]


def test_saving_what_is_already_there_makes_no_version(db: None) -> None:
    made = assistant_upsert(actor=SYSTEM, slug="service", name="Service")
    assistant_upsert(actor=SYSTEM, slug="service", name="Service")
    assert made.versions.count() == 1


def test_a_version_that_never_was_cannot_be_put_back(db: None) -> None:
    assistant_upsert(actor=SYSTEM, slug="service", name="Service")
    with pytest.raises(NotFound):
        assistant_restore(actor=SYSTEM, slug="service", number=7)


def test_an_assistant_moves_up_and_down_among_those_that_are_offered(db: None) -> None:
    for slug in ("first", "second", "third"):
        assistant_upsert(actor=SYSTEM, slug=slug, name=slug)
    Assistant.objects.update(position=0)  # as they were before anybody moved one: by their short names
    order = lambda: list(Assistant.objects.values_list("slug", flat=True))  # noqa: E731
    assistant_move(actor=SYSTEM, slug="third", by=-1)
    assert order() == ["first", "third", "second"]
    assistant_move(actor=SYSTEM, slug="first", by=1)
    assert order() == ["third", "first", "second"]
    assistant_move(actor=SYSTEM, slug="third", by=-1)
    assert order() == ["third", "first", "second"]
    assert AuditEvent.objects.filter(action="assistant.moved").count() == 2, "nothing moved the last time"
    with pytest.raises(NotFound):
        assistant_move(actor=SYSTEM, slug="fourth", by=1)


def test_those_that_are_closed_stand_behind_the_others_and_move_among_themselves(db: None) -> None:
    for slug, is_open in (("shut", False), ("mine", True), ("barred", False), ("ours", True)):
        assistant_upsert(actor=SYSTEM, slug=slug, name=slug, enabled=is_open)
    order = lambda: [one.slug for one in assistants()]  # noqa: E731
    assert order() == ["mine", "ours", "shut", "barred"]
    assistant_move(actor=SYSTEM, slug="ours", by=1)
    assistant_move(actor=SYSTEM, slug="shut", by=-1)
    assert order() == ["mine", "ours", "shut", "barred"]
    assistant_move(actor=SYSTEM, slug="barred", by=-1)
    assert order() == ["mine", "ours", "barred", "shut"]


def test_putting_an_earlier_version_back_leaves_the_assistant_in_its_place(db: None) -> None:
    for slug in ("first", "second"):
        assistant_upsert(actor=SYSTEM, slug=slug, name=slug)
    assistant_upsert(actor=SYSTEM, slug="second", name="Better")
    assistant_move(actor=SYSTEM, slug="second", by=-1)
    assistant_restore(actor=SYSTEM, slug="second", number=1)
    assert [one.name for one in Assistant.objects.all()] == ["second", "first"]


def test_a_version_of_the_time_when_instructions_were_a_tone_can_be_put_back(db: None) -> None:
    made = assistant_upsert(actor=SYSTEM, slug="tutor", name="Tutor", verbatim=False)
    version = made.versions.get()
    content = {name: value for name, value in version.content.items() if not name.startswith("instructions")}
    version.content = {**content, "tone": "Patient.", "tone_zh": "耐心。", "position": 7}
    version.save()
    import_module("apps.chat.migrations.0028_instructions").versions_forth(apps, None)
    restored = assistant_restore(actor=SYSTEM, slug="tutor", number=1)
    assert (restored.instructions, restored.instructions_zh, restored.position) == ("Patient.", "耐心。", 1)
