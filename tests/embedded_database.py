"""Every test runs against a real PostgreSQL: the embedded one, in a data folder of its own.

A plugin (`-p` in pyproject.toml) and no conftest: the settings are read before any conftest is.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ["PARLEY_DATA"] = str(ROOT / ".data" / "test")  # whatever it says: this one is not durable

import psycopg  # noqa: E402
import pytest  # noqa: E402

from apps.core.embedded.hold import Hold  # noqa: E402
from apps.core.embedded.postgres import USER, socket_dir  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("DATABASE_URL"):
        return
    data = Path(os.environ["PARLEY_DATA"])
    config.stash[_HOLD] = Hold("postgres", data).start()
    with psycopg.connect(dbname="postgres", user=USER, host=str(socket_dir(data)), autocommit=True) as server:
        for setting in _DURABLE:
            server.execute(f"ALTER SYSTEM SET {setting} = off")
        server.execute("SELECT pg_reload_conf()")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hold := config.stash.get(_HOLD, None):
        hold.stop()


_HOLD = pytest.StashKey[Hold]()
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")  # no test outlives a power cut
