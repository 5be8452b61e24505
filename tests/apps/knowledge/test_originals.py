"""The file that a document was made of is kept as long as the document, and as it was."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from apps.accounts.models import Role
from apps.core.actor import Actor
from apps.knowledge.ingest import originals
from apps.knowledge.models import Document
from apps.knowledge.selectors import document_original
from apps.knowledge.services import collection_delete, collection_import, documents_delete

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
LAMP, FAN = b"The Ember lamp draws nine watts.", b"The Breeze fan has three speeds."


@pytest.fixture(autouse=True)
def data_folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def bring(tmp_path: Path, django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[..., None]:
    folder = tmp_path / "files"
    folder.mkdir()

    def run(**files: bytes) -> None:
        for stem, data in files.items():
            (folder / f"{stem}.txt").write_bytes(data)
        with django_capture_on_commit_callbacks(execute=True):
            report = collection_import(actor=OLGA, collection="help", paths=[folder])
        assert not report.failed

    return run


def kept(data_folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in (data_folder / "originals").glob("*/*"))


def test_a_file_is_kept_once_until_the_last_document_of_it_is_deleted(
    bring: Callable[..., None], data_folder: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    bring(lamp=LAMP, same=LAMP, fan=FAN)
    assert kept(data_folder) == [FAN, LAMP]
    for name, left in (("lamp.txt", [FAN, LAMP]), ("same.txt", [FAN])):
        with django_capture_on_commit_callbacks(execute=True):
            documents_delete(actor=OLGA, document_ids=[Document.objects.get(name=name).pk])
        assert kept(data_folder) == left
    with django_capture_on_commit_callbacks(execute=True):
        collection_delete(actor=OLGA, collection_id=Document.objects.get().collection_id)
    assert kept(data_folder) == []


def test_a_new_version_takes_the_place_of_the_old_file_and_one_that_cannot_be_read_does_not(
    bring: Callable[..., None], data_folder: Path, tmp_path: Path
) -> None:
    bring(lamp=LAMP)
    bring(lamp=FAN)
    assert kept(data_folder) == [FAN]
    with pytest.raises(AssertionError):
        bring(lamp=b"\x7fELF\x02\x01\x01")
    original = document_original(Document.objects.get())
    assert original is not None and original.path.read_bytes() == FAN
    assert (original.name, original.size) == ("lamp.txt", len(FAN))


def test_a_document_out_of_an_archive_has_its_own_original(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "help.zip", "w") as archive:
        archive.writestr("en/lamp.txt", LAMP)
        archive.writestr("en/fan.txt", FAN)
    collection_import(actor=OLGA, collection="help", paths=[tmp_path / "help.zip"])
    files = [document_original(document) for document in Document.objects.order_by("name")]
    assert [(one.name, one.path.read_bytes()) for one in files if one] == [("fan.txt", FAN), ("lamp.txt", LAMP)]


def test_a_document_from_before_originals_were_kept_gets_its_own_when_it_comes_again(
    bring: Callable[..., None],
) -> None:
    bring(lamp=LAMP)
    Document.objects.update(original="")
    assert document_original(Document.objects.get()) is None
    bring(lamp=LAMP)
    original = document_original(Document.objects.get())
    assert original is not None and original.path.read_bytes() == LAMP


def test_a_file_that_vanished_while_its_document_was_being_stored_is_read_and_kept_again(
    bring: Callable[..., None], data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = [originals.original_keep]

    def keep(item: Any, sha256: str) -> str:
        name = originals.original_keep(item, sha256)
        if once:
            once.pop()
            originals.originals_drop([name])
        return name

    monkeypatch.setattr("apps.knowledge.ingest.hand.original_keep", keep)
    bring(lamp=LAMP)
    assert kept(data_folder) == [LAMP]


def test_what_no_document_was_made_of_is_swept_once_it_is_old(
    bring: Callable[..., None], data_folder: Path
) -> None:
    bring(lamp=LAMP)
    for name, age in (("ab12.txt", 4000), ("ab34.txt", 0)):
        path = originals.original_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    originals.originals_sweep()
    assert kept(data_folder) == [LAMP, b"ab34.txt"]


def test_a_disk_that_takes_no_more_is_the_documents_clear_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(originals, "_copy", full)
    (tmp_path / "lamp.txt").write_bytes(LAMP)
    report = collection_import(actor=OLGA, collection="help", paths=[tmp_path / "lamp.txt"])
    assert "No space left" in report.failed[0][1]
