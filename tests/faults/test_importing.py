"""Imports under attack and with workers that die, at the sizes that are promised."""

from pathlib import Path

import psutil
import pytest

from tests.apps.knowledge.conftest import embedder
from tests.apps.knowledge.deaths import assert_everything_is_in_exactly_once, import_through_deaths, pages_write
from tests.apps.knowledge.hostile import HOSTILE
from tests.apps.knowledge.hostile.attack import attack

__all__ = ["embedder"]  # a fixture
MOST_GROWTH = 200 * 2**20  # bytes of memory of the process that imports


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_thousand_documents_come_in_exactly_once_though_three_workers_are_killed(
    seed: int, tmp_path: Path
) -> None:
    pages_write(tmp_path, 1000)
    row = import_through_deaths(tmp_path, deaths=3, at_once=64, seed=seed)
    assert_everything_is_in_exactly_once(row, tmp_path)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_hostile_files_end_with_a_cause_each_and_the_service_goes_on(tmp_path: Path) -> None:
    assert len(HOSTILE) >= 100
    before = psutil.Process().memory_info().rss
    attack(tmp_path, HOSTILE)
    assert psutil.Process().memory_info().rss - before < MOST_GROWTH
