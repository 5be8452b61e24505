"""The whole product, started as a newcomer does."""

from collections.abc import Iterator

import pytest

from tools.product import Parley, free_port, start


@pytest.fixture(scope="session")
def parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """The last test of test_serve.py, which is the last file, ends it."""
    running = start(tmp_path_factory.mktemp("serve"), free_port())
    yield running
    if running.process.poll() is None:
        running.process.kill()
    assert running.process.stdout
    running.process.stdout.close()
