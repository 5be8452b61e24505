"""An import that was told to prune takes away what its files no longer hold, and nothing else."""

import io
import zipfile
from pathlib import Path

import pytest

from apps.accounts.models import Role
from apps.core.actor import SYSTEM, Actor
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, Document, Import
from apps.knowledge.services import collection_ensure, import_retry

from .uploads import uploaded

pytestmark = pytest.mark.django_db

ANNA = Actor(user_id=1, label="anna", role=Role.OPERATOR)
BO = Actor(user_id=2, label="bo", role=Role.OPERATOR)
LAMP = ("lamp.txt", b"The lamp is warm at night.")
FAN = ("fan.txt", b"The fan is silent at night.")


@pytest.fixture
def collection(settings: object, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    return collection_ensure(actor=SYSTEM, slug="help")


def brought(actor: Actor, collection: Collection, *files: tuple[str, bytes], prune: bool = False) -> Import:
    row = uploaded(actor, collection, files, prune=prune)
    imports_run()
    return row


def names() -> set[str]:
    return set(Document.objects.values_list("name", flat=True))


def archive(*members: tuple[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for name, text in members:
            packed.writestr(name, text)
    return data.getvalue()


def test_trying_an_old_file_again_takes_away_nothing_that_came_since(collection: Collection) -> None:
    old = brought(ANNA, collection, LAMP, ("broken.pdf", b"%PDF-1.7 broken"), prune=True)
    brought(BO, collection, FAN)
    import_retry(actor=ANNA, import_id=old.pk)
    imports_run()
    assert names() == {"lamp.txt", "broken.pdf", "fan.txt"}


def test_an_import_that_began_before_takes_away_nothing_that_a_later_one_brings(collection: Collection) -> None:
    brought(ANNA, collection, FAN)
    earlier = uploaded(ANNA, collection, [LAMP], prune=True)
    uploaded(BO, collection, [FAN])
    imports_run(enough=lambda: not earlier.items.filter(state="queued").exists())
    earlier.refresh_from_db()
    assert (earlier.state, earlier.removed_count, names()) == ("ended", 0, {"lamp.txt", "fan.txt"})


def test_what_an_archive_held_stays_where_the_archive_cannot_be_opened(collection: Collection) -> None:
    brought(ANNA, collection, ("all.zip", archive(LAMP, FAN)))
    assert names() == {"all.zip/lamp.txt", "all.zip/fan.txt"}
    brought(ANNA, collection, ("all.zip", archive(LAMP, FAN)[:60]), prune=True)
    assert {"all.zip/lamp.txt", "all.zip/fan.txt"} < names()
    brought(ANNA, collection, ("all.zip", archive(LAMP)), prune=True)
    assert names() == {"all.zip/lamp.txt"}
