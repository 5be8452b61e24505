"""What an import would change is told before it does, and comes true."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Role
from apps.core.actor import SYSTEM, Actor
from apps.knowledge.ingest.blocks import Columns
from apps.knowledge.ingest.hashing import uploads_hash
from apps.knowledge.ingest.reading import Reading, Task
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.ingest.sandbox import Sandbox
from apps.knowledge.models import Collection, Document, Import
from apps.knowledge.services import (
    Foresight,
    Splitting,
    answer_write,
    collection_import,
    collection_splitting_set,
    import_foresee,
    item_columns_set,
    paths_foresee,
    receive_finish,
)

from .uploads import received, uploaded

pytestmark = pytest.mark.django_db

ANNA = Actor(user_id=1, label="anna", role=Role.OPERATOR)
LAMP = ("lamp.txt", b"The lamp is warm at night.")
FAN = ("fan.txt", b"The fan is silent at night.")
STATES = {"lamp.txt": "changed", "fan.txt": "unchanged", "new.txt": "new"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lamp, a fan and something old, imported; then the lamp was changed, the old one deleted, one added."""
    folder = tmp_path / "help"
    folder.mkdir()
    for name, text in (LAMP, FAN, ("old.txt", b"What was sold before.")):
        (folder / name).write_bytes(text)
    collection_import(actor=SYSTEM, collection="help", paths=[folder])
    (folder / "lamp.txt").write_bytes(LAMP[1] + b" And bright.")
    (folder / "old.txt").unlink()
    (folder / "new.txt").write_bytes(b"The kettle is loud.")
    return folder


def foreseen(folder: Path, **options: Any) -> Foresight:
    return paths_foresee(actor=SYSTEM, collection="help", paths=[folder], **options)


def test_what_is_foreseen_comes_true(folder: Path) -> None:
    found = foreseen(folder)
    assert (found.states(), found.gone()) == (STATES, (["old.txt"], 1))
    assert Import.objects.count() == 1 and Document.objects.count() == 3  # looking changed nothing
    report = collection_import(actor=SYSTEM, collection="help", paths=[folder], prune=True)
    assert (report.imported, report.replaced, report.unchanged) == (["new.txt"], ["lamp.txt"], ["fan.txt"])
    assert report.removed == 1
    assert set(foreseen(folder).states().values()) == {"unchanged"}


def test_documents_that_would_be_cut_in_another_way_count_as_changed(folder: Path) -> None:
    assert foreseen(folder, splitting=Splitting(300, 0)).states()["fan.txt"] == "changed"
    assert foreseen(folder).states()["fan.txt"] == "unchanged"
    collection = Collection.objects.get()
    collection_splitting_set(actor=SYSTEM, collection_id=collection.pk, splitting=Splitting(300, 0))
    assert foreseen(folder).states()["fan.txt"] == "changed"


def test_a_collection_that_is_not_there_yet_would_get_everything_and_is_not_made(folder: Path) -> None:
    found = paths_foresee(actor=SYSTEM, collection="other", paths=[folder])
    assert set(found.states().values()) == {"new"} and not found.gone()[1]
    assert not Collection.objects.filter(slug="other").exists()


def test_what_staff_wrote_is_not_among_what_would_go(folder: Path) -> None:
    answer_write(
        actor=SYSTEM, collection_id=Collection.objects.get().pk, question="Is it loud?", answer="No, it is not."
    )
    assert foreseen(folder).gone()[0] == ["old.txt"]


def archive(*members: tuple[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name, text in members:
            packed.writestr(name, text)
    return data.getvalue()


@pytest.fixture
def collection(settings: Any, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path / "data"
    collection = Collection.objects.create(slug="packed", name="Packed")
    uploaded(ANNA, collection, [("help.zip", archive(LAMP, FAN, ("old.txt", b"What was.")))])
    imports_run()
    return collection


def looked_at(row: Import) -> Foresight:
    """As a worker and then the page do."""
    uploads_hash()
    return import_foresee(actor=ANNA, row=row)


def test_each_document_of_an_archive_is_looked_at(collection: Collection) -> None:
    packed = archive((LAMP[0], LAMP[1] + b" And bright."), FAN, ("new.txt", b"The kettle is loud."))
    row = received(ANNA, collection, [("help.zip", packed)])
    found = looked_at(row)
    assert found.states() == {f"help.zip/{name}": state for name, state in STATES.items()}
    assert found.gone()[0] == ["help.zip/old.txt"]


TABLE = b"topic,client asks,we say\nShop,Where is the shop?,The shop is in Kunshan.\n"
PAIRS = Columns("client asks", "we say")
CHOICES = [PAIRS, Columns("client asks", "we say", ("topic",)), Columns(rows=True), Columns()]


@pytest.mark.parametrize("then", CHOICES[:3], ids=str)
def test_a_table_that_would_be_read_with_other_columns_counts_as_changed(
    collection: Collection, then: Columns
) -> None:
    first, again = (received(ANNA, collection, [("faq.csv", TABLE)]) for _ in range(2))
    item_columns_set(actor=ANNA, item_id=first.items.get().pk, columns=then)
    receive_finish(actor=ANNA, import_id=first.pk)
    imports_run()
    for now in CHOICES:
        item_columns_set(actor=ANNA, item_id=again.items.get().pk, columns=now)
        assert looked_at(again).states() == {"faq.csv": "unchanged" if now == then else "changed"}


def test_columns_for_all_tables_count_for_those_without_a_choice_of_their_own(
    folder: Path, collection: Collection
) -> None:
    (folder / "faq.csv").write_bytes(TABLE)
    collection_import(actor=SYSTEM, collection="help", paths=[folder], question="client asks", answer="we say")
    assert foreseen(folder).states()["faq.csv"] == "changed"
    found = foreseen(folder, question="client asks", answer="we say").states()
    assert set(found.values()) == {"unchanged"}
    row = received(ANNA, Collection.objects.get(slug="help"), [("faq.csv", TABLE), FAN])
    Import.objects.filter(pk=row.pk).update(question="client asks", answer="we say")
    assert looked_at(row).states() == {"faq.csv": "unchanged", "fan.txt": "unchanged"}


def test_what_came_out_of_an_archive_that_cannot_be_opened_would_stay(collection: Collection) -> None:
    row = received(ANNA, collection, [("help.zip", b"PK and nothing of the kind")])
    found = looked_at(row)
    assert (found.states(), found.gone()) == ({"help.zip": "failed"}, ([], 0))
    assert found.counts() == ({}, {"failed": 1})


def test_what_cannot_be_opened_is_told_before_the_import_and_its_document_would_stay(folder: Path) -> None:
    broken = {
        "bad.pdf": b"%PDF-1.4 garbage",
        "bad.docx": b"not a docx",
        "half.xlsx": b"PK\x03\x04 cut",
        "empty.md": b" ",
    }
    for name, data in (broken | {"fan.txt": b"\x89PNG and so on"}).items():
        (folder / name).write_bytes(data)
    inside = {"bad.pdf": b"no such thing", "cut.pdf": b"%PDF-1.4 garbage", "half.xlsx": b"PK\x03\x04 cut"}
    packed = archive(("good.txt", b"The kettle is loud."), *inside.items(), ("more.zip", archive(LAMP)))
    unread = {"fan.txt", "some.zip/more.zip", *(f"some.zip/{name}" for name in inside)}
    (folder / "some.zip").write_bytes(packed)
    found = foreseen(folder)
    assert {name for name, state in found.states().items() if state == "failed"} == {*broken, *unread}
    assert found.states()["some.zip/good.txt"] == "new"
    assert found.gone()[0] == ["old.txt"]
    report = collection_import(actor=SYSTEM, collection="help", paths=[folder], prune=True)
    assert {name for name, _reason in report.failed} == {*broken, *unread}
    assert report.removed == 1


def test_a_file_whose_first_reader_was_ended_is_looked_at_by_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, ended = Sandbox.read, set[str]()

    def ends_once(sandbox: Sandbox, task: Task) -> Reading:
        child = sandbox._child or sandbox._start()
        if task.name not in ended:
            ended.add(task.name)
            child.kill()
        return read(sandbox, task)

    monkeypatch.setattr(Sandbox, "read", ends_once)
    assert foreseen(folder).states() == STATES


def test_what_a_later_import_brought_would_stay(collection: Collection) -> None:
    row = received(ANNA, collection, [("help.zip", archive(LAMP, FAN))])
    uploaded(ANNA, collection, [("since.txt", b"It came later.")])
    imports_run()
    assert looked_at(row).gone()[0] == ["help.zip/old.txt"]


def test_the_command_says_what_it_would_do_and_does_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("kb_import", "help", str(folder), "--dry-run", "--prune")
    said = capsys.readouterr().out
    assert "1 new, 1 changed, 1 unchanged, 1 would be removed; nothing was changed" in said
    assert [line.split() for line in said.splitlines()[1:]] == [
        ["changed", "lamp.txt"],
        ["new", "new.txt"],
        ["removed", "old.txt"],
    ]
    (folder / "bad.pdf").write_bytes(b"no PDF")
    call_command("kb_import", "help", str(folder), "--dry-run")
    said = capsys.readouterr().out
    assert "1 unchanged, 1 cannot be read; nothing was changed" in said and "failed   bad.pdf" in said
    (folder / "bad.pdf").unlink()
    call_command("kb_import", "help", str(folder), "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out) == {"collection": "help", "states": STATES, "removed": []}
    assert Import.objects.count() == 1 and Document.objects.count() == 3


def test_the_command_cannot_look_at_pages_that_have_not_come(db: None) -> None:
    with pytest.raises(CommandError, match="looked at first"):
        call_command("kb_import", "help", "https://help.example.com/", "--dry-run")
