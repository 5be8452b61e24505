"""The demo is put away in one step, and nothing of it that became somebody's own."""

from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import Role
from apps.chat.models import Assistant
from apps.chat.services import (
    assistant_upsert,
    demo_bring_back,
    demo_content,
    demo_put_away,
)
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import NotAllowed
from apps.knowledge.models import Collection, Document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo() -> None:
    """Loaded, but for the documents: one of `shop` and one of `clinic`."""
    content = demo_content()
    for collection in content["collections"]:
        Collection.objects.create(**collection)
    for assistant in content["assistants"]:
        assistant_upsert(actor=SYSTEM, **assistant)
    document("shop", "en/account.md")
    document("clinic", next(Path("demo/clinic").glob("en/*")).relative_to("demo/clinic").as_posix())


def document(collection: str, name: str) -> Document:
    return Document.objects.create(collection=Collection.objects.get(slug=collection), name=name, title=name)


def opened() -> set[str]:
    return set(Assistant.objects.filter(enabled=True).values_list("slug", flat=True))


def test_its_assistants_are_closed_and_opened_again_and_ones_own_stay() -> None:
    Collection.objects.create(slug="mine", name="Mine")
    assistant_upsert(actor=SYSTEM, slug="mine", name="Mine", collections=["mine"])
    assistant_upsert(actor=SYSTEM, slug="service", name="Our service", collections=["mine", "shop"])
    before = opened()
    demo_put_away(actor=SYSTEM)
    assert opened() == {"mine", "service"} and Document.objects.count() == 2
    demo_bring_back(actor=SYSTEM)
    assert opened() == before


def test_with_its_documents_go_only_collections_that_hold_and_serve_nothing_of_ones_own() -> None:
    document("clinic", "answers/Is there parking?")
    assistant_upsert(actor=SYSTEM, slug="mine", name="Mine", collections=["handbook"])
    demo_put_away(actor=SYSTEM, documents=True)
    assert set(Collection.objects.values_list("slug", flat=True)) == {"clinic", "handbook"}
    assert opened() == {"mine"}
    kept = Assistant.objects.get(slug="clinic")
    assert [collection.slug for collection in kept.collections.all()] == ["clinic"]


def test_who_may_not_delete_collections_puts_nothing_away() -> None:
    with pytest.raises(NotAllowed):
        demo_put_away(actor=Actor(user_id=1, role=Role.REVIEWER), documents=True)
    assert "service" in opened()


def test_an_empty_installation_stays_empty_where_the_demo_is_not_wanted(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from config import prepare

    loaded: list[bool] = []
    monkeypatch.setattr(prepare, "shipped_register", lambda: None)
    monkeypatch.setattr(prepare, "async_to_sync", lambda _call: lambda: None)
    monkeypatch.setattr(prepare, "demo_load", lambda **_: loaded.append(True))
    Assistant.objects.all().delete()
    settings.DEMO = False
    assert "admin" in prepare.demo_ensure(say=lambda _line: None) and not loaded
    settings.DEMO = True
    prepare.demo_ensure(say=lambda _line: None)
    assert loaded
