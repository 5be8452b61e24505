"""Only config.env reads the environment, so that every setting is parsed and documented in one place."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# An endpoint's key stays in the variable that the operator names; the embedded services hand the environment on
# to their children; the runtime is a program of its own.
ALLOWED = {
    "config/env.py",
    "config/bootstrap.py",
    "manage.py",
    "apps/core/embedded/postgres.py",
    "apps/core/embedded/runtime.py",
    "apps/inference/runtime/endpoints.py",
}


def test_nothing_else_reads_the_environment() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "apps/*.py", "config/*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    readers = {
        name
        for name in listed.stdout.split()
        if (ROOT / name).exists() and re.search(r"os\.(environ|getenv)", (ROOT / name).read_text())
    }
    assert readers - ALLOWED == set()


def test_bad_values_stop_the_start_with_a_clear_line(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    import pytest

    from config import env

    monkeypatch.setenv("DEBUG", "yes please")
    with pytest.raises(env.BadEnvironment, match="DEBUG must be true or false"):
        env.flag("DEBUG")


def test_the_tests_database_is_never_the_one_that_the_environment_names(tmp_path: Path) -> None:
    """Theirs is not durable: a real one would stay so."""
    program = "import tests.embedded_database; from config.settings.paths import DATA_DIR; print(DATA_DIR)"
    said = subprocess.check_output(
        [sys.executable, "-c", program], cwd=ROOT, text=True, env=os.environ | {"PARLEY_DATA": str(tmp_path)}
    )
    assert Path(said.strip()) == ROOT / ".data" / "test"
