"""Uploads: only names from the list, chunk by chunk, through breaks, to a checked version."""

import hashlib
import os
import random
import shutil
from pathlib import Path

import pytest
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.core import chunks
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NoSpace, NotFound, TooLarge
from apps.registry.models import ModelVersion, UploadedFile, VersionState
from apps.registry.selectors import reason_shown
from apps.registry.services import (
    checks_recover,
    model_register_path,
    upload_append,
    upload_cancel,
    upload_finish,
    upload_start,
)
from apps.registry.services import version as version_service
from apps.registry.tasks import check_run

pytestmark = pytest.mark.django_db
OPERATOR = Actor(user_id=7, label="olga", role="operator")
HOSTILE = [
    "../config.json",
    "/etc/passwd",
    "..\\config.json",
    "a/b.safetensors",
    "config.json\0.safetensors",
    "model.safetensors/..",
    "%2e%2e%2fconfig.json",
    "file:///etc/passwd",
    "config.json#x",
    "config.json?x",
    ".safetensors",
    "..safetensors",
    "model.safetensors ",
    "model.safetensors\n",
    "CON",
    "modeling_x.py",
    "pytorch_model.bin",
    "weights.gguf",
    "mоdel.safetensors",  # a Cyrillic о
    "x" * 300 + ".safetensors",
    "",
    None,
    7,
    ["config.json"],
]


def begin(folder: Path) -> ModelVersion:
    declared = [{"name": path.name, "size": path.stat().st_size} for path in folder.iterdir()]
    return upload_start(actor=OPERATOR, name="tiny", files=declared)


def send(version: ModelVersion, path: Path, offset: int, chunk: int = 1 << 20) -> int:
    data = path.read_bytes()[offset : offset + chunk]
    return upload_append(version_id=version.id, name=path.name, offset=offset, chunk=data).received


def offset_of(version: ModelVersion, path: Path) -> int:
    return UploadedFile.objects.get(version=version, name=path.name).received


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_before_anything_is_written(name: object, models_dir: Path) -> None:
    declared = [{"name": n, "size": 1} for n in ("config.json", "tokenizer.json", "model.safetensors", name)]
    with pytest.raises(BadInput):
        upload_start(actor=OPERATOR, name="tiny", files=declared)
    assert not ModelVersion.objects.exists() and list(models_dir.iterdir()) == []


@pytest.mark.parametrize("name", ["Tiny", "../x", "", "a b", "-a", "a" * 65, "模型"])
def test_a_hostile_model_name_is_refused(name: str, models_dir: Path, tiny_model: Path) -> None:
    declared = [{"name": path.name, "size": 1} for path in tiny_model.iterdir()]
    with pytest.raises(BadInput):
        upload_start(actor=OPERATOR, name=name, files=declared)


@pytest.mark.parametrize("size", [0, -1, True, "10", 1.5, None])
def test_a_size_that_is_no_size_is_refused(size: object, models_dir: Path) -> None:
    names = ("config.json", "tokenizer.json", "model.safetensors")
    with pytest.raises(BadInput):
        upload_start(actor=OPERATOR, name="tiny", files=[{"name": name, "size": size} for name in names])


def test_an_upload_cut_at_random_places_arrives_whole(models_dir: Path, tiny_model: Path) -> None:
    version = begin(tiny_model)
    dice = random.Random(7)
    for path in tiny_model.iterdir():
        while (offset := offset_of(version, path)) < path.stat().st_size:
            received = send(version, path, offset, dice.randint(1, path.stat().st_size))
            if (
                received < path.stat().st_size and dice.random() < 0.5
            ):  # a crash after the bytes and before the row: they are written again
                with (models_dir / str(version.id) / path.name).open("ab") as file:
                    file.write(b"torn")
    assert upload_finish(actor=OPERATOR, version_id=version.id).state == VersionState.CHECKING
    check_run(version.id)
    version.refresh_from_db()
    assert (version.state, version.rejection) == (VersionState.READY, "")
    for path in tiny_model.iterdir():
        assert version.manifest[path.name]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_wrong_offset_is_told_the_right_one(models_dir: Path, tiny_model: Path) -> None:
    version, path = begin(tiny_model), tiny_model / "config.json"
    send(version, path, 0, 10)
    for offset in (0, 9, 11):
        with pytest.raises(Conflict) as raised:
            send(version, path, offset, 5)
        assert raised.value.extra == {"offset": 10}


def test_too_much_is_refused(models_dir: Path, tiny_model: Path) -> None:
    version = begin(tiny_model)
    with pytest.raises(TooLarge):
        upload_append(version_id=version.id, name="config.json", offset=0, chunk=bytes(8 * 1024**2 + 1))
    with pytest.raises(TooLarge):
        upload_append(version_id=version.id, name="config.json", offset=0, chunk=bytes(100_000))
    names = ("config.json", "tokenizer.json", "model.safetensors")
    with pytest.raises(TooLarge):
        upload_start(actor=OPERATOR, name="tiny", files=[{"name": name, "size": 2**50} for name in names])


def test_a_file_that_was_not_declared_is_not_there(models_dir: Path, tiny_model: Path) -> None:
    version = begin(tiny_model)
    for name in ("README.md", "../config.json", "evil.py"):
        with pytest.raises(NotFound):
            upload_append(version_id=version.id, name=name, offset=0, chunk=b"x")


def test_an_upload_is_not_finished_before_all_is_there_nor_continued_after(
    models_dir: Path, tiny_model: Path
) -> None:
    version = begin(tiny_model)
    with pytest.raises(Conflict, match=r"config\.json"):
        upload_finish(actor=OPERATOR, version_id=version.id)
    for path in tiny_model.iterdir():
        send(version, path, 0)
    upload_finish(actor=OPERATOR, version_id=version.id)
    with pytest.raises(Conflict):
        upload_append(version_id=version.id, name="config.json", offset=0, chunk=b"x")
    with pytest.raises(Conflict):
        upload_finish(actor=OPERATOR, version_id=version.id)


def test_no_room_is_said_before_a_byte_is_sent(
    models_dir: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 100, 0))
    with pytest.raises(NoSpace):
        begin(tiny_model)


def test_a_disk_that_fills_up_keeps_the_offset_true(
    models_dir: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, path = begin(tiny_model), tiny_model / "model.safetensors"
    send(version, path, 0, 100)

    def full(descriptor: int, data: bytes, offset: int) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(chunks.os, "pwrite", full)
        with pytest.raises(NoSpace):
            send(version, path, 100)
    assert offset_of(version, path) == 100 == (models_dir / str(version.id) / path.name).stat().st_size
    assert send(version, path, 100, 50) == 150


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_upload_leaves_no_file(models_dir: Path, tiny_model: Path) -> None:
    version = begin(tiny_model)
    send(version, tiny_model / "config.json", 0)
    assert upload_cancel(actor=OPERATOR, version_id=version.id).state == VersionState.REJECTED
    assert list(models_dir.iterdir()) == []


def test_a_check_whose_worker_died_is_started_again(models_dir: Path, tiny_model: Path) -> None:
    version = begin(tiny_model)
    long_ago = version.created_at.replace(year=2020)
    ModelVersion.objects.filter(pk=version.pk).update(state=VersionState.CHECKING, updated_at=long_ago)
    for _round in range(2):  # the first check is still waiting in the queue: it is not queued twice
        ModelVersion.objects.filter(pk=version.pk).update(updated_at=long_ago)
        checks_recover()
    version.refresh_from_db()
    assert version.updated_at > long_ago
    assert ProcrastinateJob.objects.filter(args__version_id=str(version.id)).count() == 1


def test_a_long_check_says_that_it_goes_on_and_is_not_taken_for_lost(
    models_dir: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = begin(tiny_model)
    long_ago = version.created_at.replace(year=2020)
    ModelVersion.objects.filter(pk=version.pk).update(state=VersionState.CHECKING, updated_at=long_ago)
    monkeypatch.setattr(version_service, "_BEAT_SECONDS", 0.0)
    version_service._beat(version)()
    checks_recover()
    assert not ProcrastinateJob.objects.filter(args__version_id=str(version.id)).exists()


def test_a_model_being_copied_has_no_row_that_a_check_could_find(
    models_dir: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        assert not ModelVersion.objects.exists()
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="space"):
        model_register_path(actor=OPERATOR, name="tiny", path=tiny_model)
    assert not ModelVersion.objects.exists() and list(models_dir.iterdir()) == []


def test_what_a_power_cut_took_is_sent_again_instead_of_filled_with_zeros(
    models_dir: Path, tiny_model: Path
) -> None:
    version, path = begin(tiny_model), tiny_model / "model.safetensors"
    send(version, path, 0, 100)
    os.truncate(models_dir / str(version.id) / path.name, 40)
    with pytest.raises(Conflict) as raised:
        send(version, path, 100)
    assert raised.value.extra == {"offset": 0} and offset_of(version, path) == 0
    for file in tiny_model.iterdir():
        send(version, file, 0)
    (models_dir / str(version.id) / path.name).unlink()
    with pytest.raises(Conflict, match=r"model\.safetensors"):
        upload_finish(actor=OPERATOR, version_id=version.id)


@pytest.mark.parametrize("changed", [False, True])
def test_a_file_that_is_not_what_its_sender_has_is_refused(
    models_dir: Path, tiny_model: Path, changed: bool
) -> None:
    version = begin(tiny_model)
    for path in tiny_model.iterdir():
        send(version, path, 0)
    digest = hashlib.sha256((tiny_model / "tokenizer.json").read_bytes() + b"x" * changed).hexdigest()
    upload_finish(actor=OPERATOR, version_id=version.id, sha256={"tokenizer.json": digest})
    check_run(version.id)
    version.refresh_from_db()
    assert (version.state == VersionState.REJECTED) == changed == ("tokenizer.json" in version.rejection)


def test_a_reason_is_shown_in_the_readers_language_with_its_details() -> None:
    with translation.override("zh-hans"):
        assert reason_shown("There is no config.json.") == "缺少 config.json。"
        shown = reason_shown("config.json: the key 'auto_map' could make a library run foreign code.")
        assert "auto_map" in shown and "外来代码" in shown
        assert "60" in reason_shown("The check did not end within 60 s and was stopped.")
        ours = reason_shown(
            "The check cannot run here: No module named 'torch'. That is no fault of the folder; "
            "install what requirements.txt names and check it again."
        )
        assert "No module named 'torch'" in ours and "不是该文件夹的问题" in ours
        assert reason_shown("Something new.") == "Something new."
    assert reason_shown("There is no config.json.") == "There is no config.json."


def test_a_version_whose_files_are_gone_says_so(models_dir: Path, tiny_model: Path) -> None:
    version = begin(tiny_model)
    ModelVersion.objects.filter(pk=version.pk).update(state=VersionState.CHECKING)
    shutil.rmtree(models_dir / str(version.id))
    check_run(version.id)
    version.refresh_from_db()
    assert version.state == VersionState.REJECTED and "gone" in version.rejection


def test_the_system_and_an_operator_share_the_numbering(models_dir: Path, tiny_model: Path) -> None:
    assert begin(tiny_model).label == "tiny@1"
    assert (
        upload_start(
            actor=SYSTEM, name="tiny", files=[{"name": p.name, "size": 1} for p in tiny_model.iterdir()]
        ).label
        == "tiny@2"
    )
