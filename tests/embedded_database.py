"""Every test runs against a real PostgreSQL: the embedded one, in a data folder of its own.

A plugin (`-p` in pyproject.toml) and no conftest: the settings are read before any conftest is.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("PARLEY_DATA", str(ROOT / ".data" / "test"))

import pytest  # noqa: E402

from apps.core import db  # noqa: E402
from apps.core.embedded.hold import Hold  # noqa: E402

db.KEEP_SECONDS = 0.0  # a connection that a thread keeps would keep the test database from being dropped


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("DATABASE_URL"):
        return
    config.stash[_HOLD] = Hold("postgres", Path(os.environ["PARLEY_DATA"])).start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if hold := config.stash.get(_HOLD, None):
        hold.stop()


_HOLD = pytest.StashKey[Hold]()
