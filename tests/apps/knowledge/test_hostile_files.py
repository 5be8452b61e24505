"""A file that is after the reader fails alone, with one clear error, and soon."""

import json
import time
from pathlib import Path

import pytest

from apps.knowledge.ingest.blocks import Refused
from apps.knowledge.ingest.reading import Task
from apps.knowledge.ingest.reasons import REASONS, reason
from apps.knowledge.ingest.sandbox import Sandbox
from apps.knowledge.models import Document

from .conftest import NOTHING_READ, Import
from .hostile import HOSTILE


@pytest.fixture
def attack(tmp_path: Path) -> Path:
    for name, make in HOSTILE.items():
        (tmp_path / name).write_bytes(make())
    (tmp_path / "honest.txt").write_text("This page is honest and says what it says.")
    return tmp_path


@pytest.mark.django_db
def test_each_hostile_file_fails_with_one_sentence_and_the_honest_one_comes_in(
    attack: Path, import_into: Import
) -> None:
    report = import_into("attack", attack)
    failed = dict(report.failed)
    assert set(failed) == set(HOSTILE)
    assert "honest.txt" in report.imported
    assert all(error and "\n" not in error and "Traceback" not in error for error in failed.values())
    assert not Document.objects.filter(state="importing").exists()


@pytest.mark.django_db
def test_no_entity_of_a_document_is_ever_read(attack: Path, import_into: Import) -> None:
    failed = dict(import_into("attack", attack / "external.docx", attack / "entities.docx").failed)
    assert set(failed.values()) == {reason("entities", {})}


@pytest.mark.django_db
def test_a_bomb_is_refused_by_its_directory_before_it_is_unpacked(attack: Path, import_into: Import) -> None:
    began = time.monotonic()
    failed = dict(import_into("attack", attack / "bomb.docx", attack / "entries.docx").failed)
    assert set(failed.values()) == {reason("bomb", {})}
    assert time.monotonic() - began < 10


def test_a_reader_that_never_answers_is_ended_in_time(reader: Path) -> None:
    reader.write_text("import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    with Sandbox(seconds=0.5) as sandbox, pytest.raises(Refused) as refused:
        sandbox.read(Task(str(reader), "file.txt"))
    assert refused.value.code == "timeout"


def test_after_a_reader_died_the_next_document_gets_a_new_one(reader: Path) -> None:
    reader.write_text(
        "import sys\nprint('ready', flush=True)\nfor line in sys.stdin:\n"
        f"    if 'bad' in line: sys.exit(1)\n    print({json.dumps(NOTHING_READ)!r}, flush=True)\n"
    )
    with Sandbox(seconds=5) as sandbox:
        with pytest.raises(Refused) as refused:
            sandbox.read(Task("bad.txt", "bad.txt"))
        assert refused.value.code == "crashed"
        assert sandbox.read(Task("good.txt", "good.txt")).pieces == []


def test_a_reader_that_wants_too_much_memory_fails_its_document(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text("word " * 4_000_000)
    with Sandbox(memory=120 * 1024**2) as sandbox, pytest.raises(Refused) as refused:
        sandbox.read(Task(str(path), "file.txt"))
    assert refused.value.code == "crashed"


def test_the_reader_gets_no_secret_of_the_environment(reader: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNTIME_TOKEN", "a-secret")
    reader.write_text(
        "import os, sys, json\nprint('ready', flush=True)\nfor line in sys.stdin:\n"
        f"    print(json.dumps({NOTHING_READ} | {{'title': ' '.join(os.environ.values())}}), flush=True)\n"
    )
    with Sandbox(seconds=5) as sandbox:
        assert "a-secret" not in sandbox.read(Task("any.txt", "any.txt")).title


def test_every_reason_fits_its_values() -> None:
    values = {"limit": 1, "kind": "PDF", "cause": "it is away", "question": "q", "answer": "a"}
    assert all("%" not in reason(code, values) for code in REASONS)
