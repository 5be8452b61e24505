"""The first start of an installation, in a process of its own as `make run` has it."""

import os
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
