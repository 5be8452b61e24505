"""A runtime process has no secrets of the application, and few rights."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from apps.core.embedded.runtime import runtime_environment
from model_runtime.process import FORBIDDEN, credentials_in
from tests.runtime.support.processes import ROOT, TOKEN
from tests.runtime.support.stand_ins import StandIns

LIBRARIES = {"CUDA", "NVIDIA", "OMP", "MKL", "NUMBA", "PYTORCH", "RUNTIME", "TRITON"}
"""Whose settings a child may see, by the beginnings of their names."""


@pytest.mark.parametrize("mode", [["--manager"], ["--model", "/nowhere"]])
@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "REDIS_URL_FILE", "PGPASSWORD"])
def test_with_the_applications_credentials_nothing_starts(mode: list[str], name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "model_runtime", *mode, "--port", "0"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "RUNTIME_TOKEN": "t", name: "hunter2"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert name in done.stderr
    assert "hunter2" not in done.stderr


def test_the_product_starts_its_runtime_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FORBIDDEN:
        monkeypatch.setenv(name, "x")
    assert credentials_in(runtime_environment("token")) == []


def test_every_secret_that_the_application_reads_is_forbidden() -> None:
    settings = "".join(path.read_text() for path in (ROOT / "config" / "settings").glob("*.py"))
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        assert f'env.secret("{name}")' in settings
        assert {name, f"{name}_FILE"} <= FORBIDDEN


def test_a_child_gets_a_small_environment_and_no_token_of_the_manager(stand_ins: StandIns) -> None:
    stand_ins.load("m")
    child = next(one for one in psutil.Process(stand_ins.process.process.pid).children() if "m" in one.cmdline())
    names = set(child.environ())
    assert names <= {
        "PATH",
        "HOME",
        "LANG",
        "LC_ALL",
        "TMPDIR",
        "LD_LIBRARY_PATH",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "RUNTIME_TOKEN",
    } | {name for name in names if name.partition("_")[0] in LIBRARIES}
    assert child.environ()["RUNTIME_TOKEN"] != TOKEN
    for process in (child, stand_ins.process.process):
        status = Path(f"/proc/{process.pid}/status").read_text()
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert "NoNewPrivs:\t1" in status
        assert next(line for line in limits.splitlines() if "core file" in line).split()[4:6] == ["0", "0"]
