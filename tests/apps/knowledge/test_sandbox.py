"""The parsing child: when it dies its document fails, and when its parent dies it dies too."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from apps.knowledge.ingest.blocks import Refused
from apps.knowledge.ingest.reading import Task
from apps.knowledge.ingest.sandbox import Sandbox

from .conftest import NOTHING_READ

ROOT = Path(__file__).resolve().parents[3]
ANSWERS_WITH_ITS_NUMBER = f"""
import json, os, sys
if os.path.exists("broken"):
    sys.exit(1)
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps({NOTHING_READ} | {{"title": str(os.getpid())}}), flush=True)
"""
HOLDS_A_CHILD = """
import sys, time
from pathlib import Path
from apps.knowledge.ingest.reading import Task
from apps.knowledge.ingest.sandbox import Sandbox
sandbox = Sandbox()
sandbox.read(Task(sys.argv[1], "page.txt"))
print(sandbox._child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def kept_readers() -> None:
    """Each test has children of its own."""


@pytest.fixture
def reader(reader: Path) -> Path:
    reader.write_text(ANSWERS_WITH_ITS_NUMBER)
    return reader


def test_a_reader_that_died_between_two_documents_fails_one_and_is_replaced(reader: Path) -> None:
    with Sandbox(seconds=60) as sandbox:
        number = int(sandbox.read(Task("first.txt", "first.txt")).title)
        os.kill(number, signal.SIGKILL)
        os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)
        with pytest.raises(Refused) as refused:
            sandbox.read(Task("second.txt", "second.txt"))
        assert refused.value.code == "crashed"
        assert int(sandbox.read(Task("third.txt", "third.txt")).title) != number


def test_a_reader_that_fails_at_its_start_fails_that_document_only(reader: Path, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    with Sandbox(seconds=60) as sandbox:
        with pytest.raises(Refused):
            sandbox.read(Task("first.txt", "first.txt"))
        (tmp_path / "broken").unlink()
        assert sandbox.read(Task("second.txt", "second.txt")).title


def test_an_answer_that_is_no_answer_fails_its_document(reader: Path) -> None:
    reader.write_text("import sys\nprint('ready', flush=True)\nfor line in sys.stdin: print('oops', flush=True)\n")
    with Sandbox(seconds=60) as sandbox, pytest.raises(Refused) as refused:
        sandbox.read(Task("any.txt", "any.txt"))
    assert refused.value.code == "crashed"


def test_the_reader_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("A page with one sentence in it.")
    command = [sys.executable, "-c", HOLDS_A_CHILD, str(page)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while _runs(number) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(number)


def _runs(number: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{number}/stat").read_text()
    except FileNotFoundError:
        return False
