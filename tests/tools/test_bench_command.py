"""The benchmark's command, as it is typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bench import __main__ as bench

ROOT = Path(__file__).resolve().parents[2]


def test_the_benchmark_starts_without_anything_set_up() -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "tools.bench", "--help"]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_stage_that_fails_stops_none_of_the_others_and_is_named_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "STAGES", (["streaming", "--part", "nonsense"], ["--help"]))
    with pytest.raises(SystemExit, match=r"failed: streaming nonsense$"):
        bench.everything([], quick=True)
    assert "ask little, only to see that everything runs" in capfd.readouterr().out
