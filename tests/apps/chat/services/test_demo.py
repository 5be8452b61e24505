"""The demo is put away in one step, and nothing of it that became somebody's own."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import config.demo
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
from apps.knowledge.models import Collection, Document, DroppedPair, FormerPassage, PassageEdit

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


def document(collection: str, name: str, **columns: Any) -> Document:
    """As it is shipped, where it is."""
    file = Path("demo", collection, name)
    digest = sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
    place = Collection.objects.get(slug=collection)
    return Document.objects.create(**{"collection": place, "name": name, "title": name, "sha256": digest} | columns)


def collections() -> set[str]:
    return set(Collection.objects.values_list("slug", flat=True))


def close(slug: str) -> None:
    kept = [one.slug for one in Assistant.objects.get(slug=slug).collections.all()]
    assistant_upsert(actor=SYSTEM, slug=slug, enabled=False, collections=kept)


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
    assert collections() == {"clinic", "handbook"}
    assert opened() == {"mine"}
    kept = Assistant.objects.get(slug="clinic")
    assert [collection.slug for collection in kept.collections.all()] == ["clinic"]


def test_a_file_of_ones_own_under_a_name_of_the_demo_is_not_deleted() -> None:
    own = sha256(b"our own words").hexdigest()
    Document.objects.filter(name="en/account.md").update(sha256=own)
    demo_put_away(actor=SYSTEM, documents=True)
    assert collections() == {"shop"} and Document.objects.get().sha256 == own


@pytest.mark.parametrize("whose", ["edit", "edit before", "pair taken back", "name"])
def test_what_staff_wrote_or_chose_in_the_demos_documents_is_not_deleted(whose: str) -> None:
    shop = Document.objects.get(name="en/account.md")
    if whose == "edit":
        PassageEdit.objects.create(document=shop, position=0, original="x", text="ours", actor_label="olga")
    elif whose == "edit before":
        FormerPassage.objects.create(document=shop, position=0, text="ours", edited_by="olga")
    elif whose == "pair taken back":
        DroppedPair.objects.create(document=shop, row=1, digest="x", restored=True)
    else:
        Collection.objects.filter(slug="shop").update(name="ACME shop")
    demo_put_away(actor=SYSTEM, documents=True)
    assert collections() == {"shop"} and Document.objects.filter(pk=shop.pk).exists()


def test_an_assistant_that_was_closed_before_stays_closed_when_the_demo_comes_back() -> None:
    close("products")
    before = opened()
    demo_put_away(actor=SYSTEM)
    demo_bring_back(actor=SYSTEM)
    assert opened() == before
    demo_put_away(actor=SYSTEM)
    assistant_upsert(actor=SYSTEM, slug="service", enabled=True, collections=["shop", "products"])
    close("service")
    demo_bring_back(actor=SYSTEM)
    assert opened() == before - {"service"}


def test_one_that_was_opened_in_between_and_put_away_again_comes_back_with_the_others() -> None:
    before = opened()
    demo_put_away(actor=SYSTEM)
    assistant_upsert(actor=SYSTEM, slug="service", enabled=True, collections=["shop", "products"])
    demo_put_away(actor=SYSTEM)
    demo_bring_back(actor=SYSTEM)
    assert opened() == before


def test_documents_come_back_to_the_demos_own_assistants_and_nothing_else_is_touched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    monkeypatch.setattr(config.demo, "folders_import", lambda **given: read.extend(given["folders"]) or [])
    Collection.objects.create(slug="mine", name="Mine")
    document("handbook", "our-own.md")
    assistant_upsert(actor=SYSTEM, slug="service", name="ACME help", position=9, collections=["mine"])
    demo_put_away(actor=SYSTEM, documents=True)
    assert collections() == {"mine", "handbook"}
    assistant_upsert(actor=SYSTEM, slug="products", name="Small talk", enabled=False)
    config.demo.demo_load_again(say=lambda _line: None)
    assert collections() == {"mine", *(one["slug"] for one in demo_content()["collections"])}
    assert set(read) == collections() - {"mine", "handbook"}
    own = Assistant.objects.get(slug="service")
    assert (own.name, own.position, [one.slug for one in own.collections.all()]) == ("ACME help", 9, ["mine"])
    assert not Assistant.objects.get(slug="products").collections.exists()
    assert [one.slug for one in Assistant.objects.get(slug="clinic").collections.all()] == ["clinic"]
    assert opened() == {"service"}


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
