"""A worker that is killed loses nothing and doubles nothing."""

from pathlib import Path

import pytest

from .deaths import assert_everything_is_in_exactly_once, import_through_deaths, pages_write


@pytest.mark.django_db(transaction=True)
def test_three_killed_workers_leave_every_document_in_exactly_once(tmp_path: Path) -> None:
    pages_write(tmp_path, 40)
    row = import_through_deaths(tmp_path, deaths=3, at_once=2, seed=4)
    assert_everything_is_in_exactly_once(row, tmp_path)
