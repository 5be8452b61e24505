"""The benchmark's command, as it is typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bench import __main__ as bench
from tools.bench import product

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


@pytest.mark.parametrize("answers", [True, False])
def test_each_product_that_was_started_is_stopped(monkeypatch: pytest.MonkeyPatch, answers: bool) -> None:
    told: list[str] = []

    def ask(parley: str, question: str) -> dict[str, int]:
        if not answers:
            raise AssertionError("no answer came")
        return {"first_ms": 1, "total_ms": 2}

    monkeypatch.setattr(product, "start", lambda data, port: told.append("start") or "product")
    monkeypatch.setattr(product, "stop", lambda parley, how: told.append("stop") or 0.5)
    monkeypatch.setattr(product, "asked", ask)
    monkeypatch.setattr(product, "megabytes", lambda parley: 100.0)
    monkeypatch.setattr(product.time, "sleep", lambda seconds: None)
    if answers:
        rows = [what for what, _measured in product.product(Path("nowhere"))]
        assert [rows[0][:4], rows[1][:4], rows[-1][:6]] == ["cold", "warm", "ctrl-C"] and len(rows) == 7
        assert told[:3] == ["start", "stop", "start"] and told[-1] == "stop"
    else:
        with pytest.raises(AssertionError, match="no answer came"):
            product.product(Path("nowhere"))
        assert told == ["start", "stop"]
