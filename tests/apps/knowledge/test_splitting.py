"""How long passages are and what they repeat is a collection's; documents are cut anew from their originals."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from apps.accounts.models import Role
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed
from apps.knowledge.ingest.originals import original_path
from apps.knowledge.ingest.passages import Splitting
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, Document, Import, Passage
from apps.knowledge.selectors import document_text
from apps.knowledge.services import (
    collection_import,
    collection_splitting_set,
    import_preview,
    passage_edit,
    passage_restore,
    split_anew,
    splitting_asked,
)

from .uploads import received

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
OUTSIDERS = [Actor(user_id=2, label="rita", role=Role.REVIEWER), Actor(user_id=3, label="carl", role=Role.CUSTOMER)]
LONG = " ".join(f"Sentence number {n} says something about the lamp." for n in range(40))
TABLE = "client asks,we say\nWhere is the shop?,The shop stands in Kunshan near the river.\n"


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "lamp.txt").write_text(LONG)
    return tmp_path / "pages"


@pytest.fixture
def collection(folder: Path) -> Collection:
    collection_import(actor=SYSTEM, collection="help", paths=[folder])
    return Collection.objects.get()


def cut(collection: Collection, size: int, overlap: int) -> Collection:
    return collection_splitting_set(actor=OLGA, collection_id=collection.pk, splitting=Splitting(size, overlap))


def longest() -> int:
    return max(len(text) for text in Passage.objects.values_list("text", flat=True))


def test_a_document_is_split_anew_from_its_original_and_its_text_stays_the_same(collection: Collection) -> None:
    before, text = Passage.objects.count(), "".join(document_text(Document.objects.get()))
    collection = cut(collection, 450, 2)
    assert Passage.objects.count() == before  # nothing yet
    row = split_anew(actor=OLGA, collection=collection)
    imports_run()
    assert (row.items.get().state, row.items.get().replaced) == ("ready", True)
    assert Passage.objects.count() > before and longest() <= 450
    assert "".join(document_text(Document.objects.get())).split() == text.split()
    assert audit_events(action="collection.splitting_changed").get().data == {"size": 450, "overlap": 2}


def test_the_same_file_is_cut_anew_by_an_import_after_the_collection_says_otherwise(
    collection: Collection, folder: Path
) -> None:
    cut(collection, 450, 1)
    report = collection_import(actor=SYSTEM, collection="help", paths=[folder])
    assert report.replaced == ["lamp.txt"] and longest() <= 450
    assert collection_import(actor=SYSTEM, collection="help", paths=[folder]).unchanged == ["lamp.txt"]
    cut(collection, 450, 0)
    assert collection_import(actor=SYSTEM, collection="help", paths=[folder]).replaced == ["lamp.txt"]


def test_splitting_anew_keeps_edits_where_the_words_are_the_same(collection: Collection) -> None:
    passage = Passage.objects.order_by("position").first()
    assert passage is not None
    passage_edit(actor=OLGA, passage_id=passage.pk, text="The lamp was edited.")
    split_anew(actor=OLGA, collection=collection)
    imports_run()
    assert Passage.objects.get(pk=passage.pk).text == "The lamp was edited."
    assert passage_restore(actor=OLGA, passage_id=passage.pk).text == passage.text


def test_a_table_is_split_anew_by_the_columns_that_it_was_imported_with(folder: Path) -> None:
    (folder / "faq.csv").write_text(TABLE)
    collection_import(
        actor=SYSTEM, collection="faq", paths=[folder / "faq.csv"], question="client asks", answer="we say"
    )
    assert Passage.objects.get().heading == "Where is the shop?"
    row = split_anew(actor=OLGA, collection=Collection.objects.get())
    imports_run()
    assert (row.items.get().state, Passage.objects.get().heading) == ("ready", "Where is the shop?")


def test_the_preview_cuts_as_the_collection_says(collection: Collection) -> None:
    collection = cut(collection, 450, 0)
    row = received(OLGA, collection, [("fan.txt", LONG.replace("lamp", "fan").encode())])
    reading = import_preview(actor=OLGA, item_id=row.items.get().pk)
    assert max(len(piece.text) for piece in reading.pieces) <= 450


def test_without_an_original_nothing_can_be_split_anew(collection: Collection) -> None:
    original_path(Document.objects.get().original).unlink()
    with pytest.raises(Conflict, match="Import the files again"):
        split_anew(actor=OLGA, collection=collection)
    Document.objects.update(original="")
    with pytest.raises(Conflict, match="Import the files again"):
        split_anew(actor=OLGA, collection=collection)
    assert Import.objects.count() == 1


def test_the_command_says_how_long_passages_are_and_the_collection_keeps_it(folder: Path) -> None:
    call_command("kb_import", "help", str(folder), "--passage-size", "small", "--overlap", "0")
    assert longest() <= 450
    assert Collection.objects.get().splitting == Splitting(450, 0)
    call_command("kb_import", "help", str(folder), "--overlap", "2")
    assert Collection.objects.get().splitting == Splitting(450, 2)


@pytest.mark.parametrize(
    ("size", "overlap"), [("199", "1"), ("3601", "1"), ("huge", "1"), ("", "1"), ("small", "3")]
)
def test_what_makes_no_passages_is_refused(size: str, overlap: str) -> None:
    with pytest.raises(BadInput):
        splitting_asked(size, overlap)


@pytest.mark.parametrize("actor", OUTSIDERS, ids=lambda actor: actor.label)
def test_an_outsider_splits_nothing(collection: Collection, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        collection_splitting_set(actor=actor, collection_id=collection.pk, splitting=Splitting(450, 0))
    with pytest.raises(NotAllowed):
        split_anew(actor=actor, collection=collection)
    assert Collection.objects.get().splitting == Splitting() and Import.objects.count() == 1
