"""Managers of stand-ins, one for each test that wants one, or one for a module."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.runtime.support.stand_ins import StandIns


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., StandIns]]:
    """Starts managers of stand-ins with further arguments; they end with the test."""
    started: list[StandIns] = []

    def build(*arguments: str, log: Path | None = None) -> StandIns:
        root = tmp_path / f"models{len(started)}"
        root.mkdir()
        started.append(StandIns(root, *arguments, log=log))
        return started[-1]

    yield build
    for one in started:
        one.process.close()


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    """One manager for a module's tests."""
    one = StandIns(tmp_path_factory.mktemp("models"))
    yield one
    one.process.close()
