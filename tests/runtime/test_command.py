"""What the command says when it cannot serve: one line with the reason, no traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from model_runtime.process import FORBIDDEN
from tests.runtime.support.processes import ROOT, TOKEN


def said(*words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in FORBIDDEN}
    done = subprocess.run(
        [sys.executable, "-m", "model_runtime", *words],
        cwd=ROOT,
        env=environment | {"RUNTIME_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2 and not done.stdout
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--manager"], "--manager needs --root FOLDER"),
        (["--manager", "--root", "/nope"], "--root /nope: there is no such folder"),
        (["--model", "Qwen/Qwen3-0.6B"], "not a name of a hub: nothing is downloaded"),
        (["--model", "pyproject.toml"], "pyproject.toml is a file; a model is a folder"),
        (["--slots", "0"], "argument --slots: must be a whole number"),
    ],
)
def test_what_cannot_be_served_is_refused_at_once_with_the_reason(words: list[str], why: str) -> None:
    assert why in said(*words)


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1 port {port}: address already in use" in said(
            "--manager", "--root", str(tmp_path), "--port", str(port)
        )
