"""A file that is after the reader fails alone, with one clear error, and soon."""

import json
from pathlib import Path

import pytest

from apps.knowledge.ingest.blocks import Refused
from apps.knowledge.ingest.reading import Task
from apps.knowledge.ingest.reasons import REASONS, reason
from apps.knowledge.ingest.sandbox import Sandbox
from tests.apps.kept_readers import KeptReaders

from .conftest import NOTHING_READ
from .hostile import QUICK
from .hostile.attack import attack


@pytest.fixture(autouse=True)
def kept_readers(all_readers: KeptReaders) -> None:
    """Each test has children of its own, and looks whether one is left."""
    all_readers.end()


@pytest.mark.django_db
def test_each_hostile_file_ends_with_its_cause_and_the_honest_ones_come_in(tmp_path: Path) -> None:
    attack(tmp_path, QUICK)


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
    with Sandbox(seconds=60) as sandbox:
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
    with Sandbox(seconds=60) as sandbox:
        assert "a-secret" not in sandbox.read(Task("any.txt", "any.txt")).title


def test_every_reason_fits_its_values() -> None:
    values = {"limit": 1, "kind": "PDF", "cause": "it is away", "question": "q", "answer": "a"}
    values |= {"host": "example.org", "status": 404, "address": "/x"}
    assert all("%" not in reason(code, values) for code in REASONS)
