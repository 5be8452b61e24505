"""Tiny models, and a manager that serves them. No database, no Django."""

from pathlib import Path

import pytest

from tests.runtime.support.processes import RuntimeProcess
from tests.runtime.support.shared import shared_manager, shared_models


@pytest.fixture(scope="session")
def models() -> Path:
    """A folder with a causal model (`tiny`) and an encoder (`encoder`); read only."""
    return shared_models()


@pytest.fixture(scope="session")
def manager() -> RuntimeProcess:
    """A manager with both models ready, as `tiny@1` and `encoder`."""
    return shared_manager()
