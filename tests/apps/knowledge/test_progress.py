"""How far an import is, told by the passages that files become rather than by their bytes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.knowledge.models import Collection, Import, ImportItem, ItemState
from apps.knowledge.selectors import Progress, import_progress

pytestmark = pytest.mark.django_db

MEGABYTE = 1024**2


@pytest.fixture
def row() -> Import:
    """An import that has been at work for ten seconds."""
    collection = Collection.objects.create(slug="help", name="Help")
    began = timezone.now() - timedelta(seconds=10)
    return Import.objects.create(collection=collection, source="upload", owner="anna", started_at=began)


def add(row: Import, kind: str, count: int, *, size: int, state: ItemState, **figures: Any) -> None:
    ended = None if state in (ItemState.QUEUED, ItemState.IMPORTING) else timezone.now()
    first = ImportItem.objects.count()
    ImportItem.objects.bulk_create(
        ImportItem(parent=row, position=at, name=f"{at}.{kind}", size=size, state=state, ended_at=ended, **figures)
        for at in range(first, first + count)
    )


def progress(row: Import) -> Progress:
    found = import_progress(row)
    ImportItem.objects.all().delete()
    return found


def test_many_short_files_count_for_what_they_become_beside_one_large_one(row: Import) -> None:
    add(row, "md", 1000, size=3_000, state=ItemState.READY, passages=3)
    add(row, "pdf", 1, size=12 * MEGABYTE, state=ItemState.QUEUED)
    assert 0.5 < progress(row).share < 0.7  # 3,000 passages, and some 2,000 in the PDF; by bytes it was a fifth


def test_a_large_file_tells_how_far_it_is_while_it_is_embedded(row: Import) -> None:
    add(row, "md", 10, size=3_000, state=ItemState.READY, passages=3)
    add(row, "pdf", 1, size=12 * MEGABYTE, state=ItemState.IMPORTING, passages=1_000, embedded=500)
    found = progress(row)
    assert found.share == pytest.approx(0.51, abs=0.02)
    assert found.seconds_left == pytest.approx(9.5, abs=1)


def test_a_folder_that_is_mostly_unchanged_is_judged_by_how_it_went_so_far(row: Import) -> None:
    add(row, "md", 500, size=3_000, state=ItemState.UNCHANGED)
    add(row, "md", 500, size=3_000, state=ItemState.QUEUED)
    assert progress(row).share == pytest.approx(0.5, abs=0.05)


def test_files_of_a_kind_are_judged_by_those_that_came_before(row: Import) -> None:
    add(row, "pdf", 10, size=MEGABYTE, state=ItemState.READY, passages=2)  # images, and hardly a text
    add(row, "pdf", 10, size=MEGABYTE, state=ItemState.QUEUED)
    assert 0.3 < progress(row).share < 0.6


def test_nothing_is_said_of_the_time_left_before_anything_is_done(row: Import) -> None:
    add(row, "md", 5, size=3_000, state=ItemState.QUEUED)
    found = progress(row)
    assert (found.share, found.seconds_left, found.per_second) == (0.0, None, None)
