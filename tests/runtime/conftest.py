"""Tiny models, and a manager that serves them. No database, no Django."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.runtime.support.checkpoints import make_causal, make_encoder
from tests.runtime.support.processes import RuntimeProcess

# A busy machine makes an example slow at times, which says nothing about the code.
settings.register_profile("runtime", deadline=None)
settings.load_profile("runtime")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a causal model (`tiny`) and an encoder (`encoder`); read only."""
    root = tmp_path_factory.mktemp("models")
    make_causal(root / "tiny")
    make_encoder(root / "encoder")
    return root


@pytest.fixture(scope="session")
def manager(models: Path) -> Iterator[RuntimeProcess]:
    """A manager for the whole session, with both models ready."""
    process = RuntimeProcess("--manager", "--root", str(models))
    try:
        process.load("tiny@1", models / "tiny")
        process.load("encoder", models / "encoder")
        for model_id in ("tiny@1", "encoder"):
            assert process.settled(model_id)["state"] == "ready"
        yield process
    finally:
        process.close()
