"""The first start of an installation, in a process of its own as `make run` has it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_STARTED = """
import contextlib, sys
from config import bootstrap

@contextlib.contextmanager
def embedded_database(data):
    bootstrap._write_secret_key(data / "secret_key")
    yield

bootstrap.embedded_database = embedded_database
with bootstrap.database_for(["manage.py", "serve"]):
    from django.conf import settings
    print(settings.SECRET_KEY)
"""


def test_what_the_first_start_signed_holds_after_the_second(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("SECRET_KEY", "DATABASE_URL")}
    environment |= {"PARLEY_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    first, second = (
        subprocess.run(
            [sys.executable, "-c", _STARTED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    )
    assert len(first) > 40
    assert first == second


_ASKED = """
import sys
from pathlib import Path
from config import bootstrap

bootstrap._begin(Path(sys.argv[1]))
print("begun")
"""


def asked(folder: Path, answer: bytes | None) -> str:
    """What a command that looks for an installation there says before it runs, to a person or to none."""
    person, terminal = pty.openpty()
    with os.fdopen(person, "wb") as typed, os.fdopen(terminal) as stdin:
        typed.write(answer or b"")
        typed.flush()
        source = subprocess.DEVNULL if answer is None else stdin
        command = [sys.executable, "-c", _ASKED, str(folder)]
        done = subprocess.run(command, cwd=ROOT, stdin=source, capture_output=True, text=True, check=False)
    return done.stderr + done.stdout


def test_a_command_that_finds_no_installation_says_so_and_asks_whoever_is_there(tmp_path: Path) -> None:
    assert "PARLEY_DATA" in (refused := asked(tmp_path, b"\n")) and "begun" not in refused
    assert "begun" in asked(tmp_path, b"y\n")
    assert "A new one begins here" in (alone := asked(tmp_path, None)) and "begun" in alone
    (tmp_path / "secret_key").write_text("of an installation")
    assert asked(tmp_path, b"") == "begun\n"
