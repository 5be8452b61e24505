"""Uploads of an import: one stream of bytes, through breaks, to queued files; bounded, audited, swept."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import Role
from apps.audit.models import AuditEvent
from apps.core import chunks
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NoSpace, NotAllowed, NotFound, TooLarge
from apps.knowledge import selectors
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.ingest.spool import spool_folder
from apps.knowledge.ingest.upkeep import ABANDONED, imports_upkeep
from apps.knowledge.models import Collection, Document, Import, ImportItem
from apps.knowledge.services import (
    collection_ensure,
    import_cancel,
    import_preview,
    receive_append,
    receive_finish,
    receive_start,
    receiving,
)
from tests.examples import examples

from .uploads import File, opened, received, uploaded

pytestmark = pytest.mark.django_db
ANNA = Actor(user_id=1, label="anna", role=Role.OPERATOR)
LAMP = ("en/lamp.txt", b"The Ember lamp draws nine watts at full brightness.")
FAN = ("en/fan.txt", b"The Breeze fan has three speeds and a quiet mode.")


@pytest.fixture
def collection(settings: object, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    return collection_ensure(actor=ANNA, slug="help")


def contents(row: Import) -> dict[str, bytes]:
    return {item.name: Path(item.path).read_bytes() for item in row.items.all()}


def send(row: Import, offset: int, chunk: bytes) -> int:
    return receive_append(actor=ANNA, import_id=row.pk, offset=offset, chunk=chunk).received


@settings(
    max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    files=st.lists(st.binary(max_size=40), min_size=1, max_size=6),
    cuts=st.lists(st.integers(1, 50), min_size=1, max_size=8),
)
def test_files_cut_into_chunks_anywhere_arrive_as_they_were(
    collection: Collection, files: list[bytes], cuts: list[int]
) -> None:
    named = [(f"{place}.txt", data) for place, data in enumerate(files)]
    row, stream = opened(ANNA, collection, named), b"".join(files)
    offset = turn = 0
    while offset < len(stream):
        offset = send(row, offset, stream[offset : offset + cuts[turn % len(cuts)]])
        turn += 1
    receive_finish(actor=ANNA, import_id=row.pk)
    assert contents(row) == dict(named)


def test_a_folder_that_was_uploaded_is_found_by_its_paths_once_it_is_imported(collection: Collection) -> None:
    row = uploaded(ANNA, collection, [LAMP, FAN])
    assert imports_run()
    assert set(Document.objects.values_list("name", flat=True)) == {"en/lamp.txt", "en/fan.txt"}
    assert set(row.items.values_list("state", flat=True)) == {"ready"}


def test_nothing_is_read_before_the_sender_says_that_all_is_there(collection: Collection) -> None:
    row = received(ANNA, collection, [LAMP])
    assert imports_run()
    assert (row.items.get().state, Document.objects.count()) == ("receiving", 0)


def test_a_sender_at_another_place_is_told_the_right_one(collection: Collection) -> None:
    row = opened(ANNA, collection, [LAMP])
    send(row, 0, LAMP[1][:10])
    for offset in (0, 9, 11):
        with pytest.raises(Conflict) as raised:
            send(row, offset, b"x")
        assert raised.value.extra == {"offset": 10}


def test_bytes_that_were_not_announced_are_refused(collection: Collection) -> None:
    row = opened(ANNA, collection, [LAMP])
    with pytest.raises(TooLarge):
        send(row, 0, LAMP[1] + b"x")
    with pytest.raises(TooLarge):
        send(row, 0, b"x" * (chunks.CHUNK_BYTES + 1))


def test_an_upload_that_is_not_whole_starts_nothing(collection: Collection) -> None:
    row = opened(ANNA, collection, [LAMP])
    send(row, 0, LAMP[1][:10])
    with pytest.raises(Conflict):
        receive_finish(actor=ANNA, import_id=row.pk)
    assert row.items.get().state == "receiving"


def test_bytes_that_the_disk_lost_are_asked_for_again(collection: Collection) -> None:
    row = received(ANNA, collection, [LAMP, FAN])
    os.truncate(row.items.get(name=LAMP[0]).path, 5)
    with pytest.raises(Conflict) as raised:
        receive_finish(actor=ANNA, import_id=row.pk)
    assert raised.value.extra == {"offset": 0}
    send(row, 0, LAMP[1] + FAN[1])
    receive_finish(actor=ANNA, import_id=row.pk)
    assert contents(row) == dict([LAMP, FAN])


def test_a_file_that_shrinks_between_upload_and_import_is_not_imported_in_part(collection: Collection) -> None:
    row = uploaded(ANNA, collection, [LAMP, FAN])
    os.truncate(row.items.get(name=LAMP[0]).path, 20)
    imports_run()
    assert dict(row.items.values_list("name", "state")) == {LAMP[0]: "failed", FAN[0]: "ready"}
    assert "Upload it again" in row.items.get(name=LAMP[0]).reason


@pytest.mark.parametrize(
    "files",
    [
        [],
        [{"name": "a.txt"}],
        [{"name": 3, "size": 3}],
        [{"size": 3}],
        *([{"name": "a.txt", "size": size}] for size in (-1, True, "10", 1.5, None)),
        [{"name": "a.txt", "size": 1}, {"name": "./a.txt", "size": 1}],
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(collection: Collection, files: list[File]) -> None:
    with pytest.raises(BadInput):
        receive_start(actor=ANNA, collection=collection, files=files)  # type: ignore[arg-type]
    assert not Import.objects.exists()


def test_what_one_upload_may_hold_is_bounded(collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    large = [{"name": "a.txt", "size": 33 * 1024**2}]
    with pytest.raises(TooLarge, match=r"a\.txt"):
        receive_start(actor=ANNA, collection=collection, files=large)
    monkeypatch.setattr(receiving, "MOST_FILES", 1)
    with pytest.raises(TooLarge):
        opened(ANNA, collection, [LAMP, FAN])
    monkeypatch.setattr(receiving, "MOST_FILES", 2)
    monkeypatch.setattr(receiving, "MOST_BYTES", 60)
    with pytest.raises(TooLarge):
        opened(ANNA, collection, [LAMP, FAN])
    assert not Import.objects.exists()


def test_a_full_disk_is_said_before_a_byte_is_sent_and_again_at_every_chunk(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = opened(ANNA, collection, [LAMP])
    monkeypatch.setattr(chunks.shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 100, 0))
    with pytest.raises(NoSpace):
        opened(ANNA, collection, [LAMP])
    with pytest.raises(NoSpace):
        send(row, 0, LAMP[1])
    monkeypatch.undo()
    assert send(row, 0, LAMP[1]) == len(LAMP[1])


def test_an_upload_that_ended_takes_nothing_more(collection: Collection) -> None:
    cancelled, queued = opened(ANNA, collection, [LAMP]), uploaded(ANNA, collection, [FAN])
    import_cancel(actor=ANNA, import_id=cancelled.pk)
    for row in (cancelled, queued):
        with pytest.raises(Conflict):
            send(row, 0, b"x")
        with pytest.raises(Conflict):
            receive_finish(actor=ANNA, import_id=row.pk)
    assert cancelled.items.get().state == "cancelled"
    with pytest.raises(NotFound):
        send(Import(), 0, b"x")


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_nobody_goes_on_with_ends_and_its_bytes_go(collection: Collection) -> None:
    left, fresh = received(ANNA, collection, [LAMP]), received(ANNA, collection, [FAN])
    Import.objects.filter(pk=left.pk).update(updated_at=timezone.now() - ABANDONED - timedelta(minutes=1))
    for _round in range(2):
        imports_upkeep()
    left.refresh_from_db()
    fresh.refresh_from_db()
    assert (left.state, left.items.get().state, fresh.state) == ("cancelled", "cancelled", "receiving")
    assert list(spool_folder(left.pk).parent.iterdir()) == [spool_folder(fresh.pk)]
    assert AuditEvent.objects.filter(action="import.abandoned", target=f"import:{left.pk}").count() == 1


def test_the_audit_log_names_who_opened_an_upload_and_who_started_it(collection: Collection) -> None:
    uploaded(ANNA, collection, [LAMP, FAN], prune=True)
    begun, started = AuditEvent.objects.filter(action__startswith="import.").order_by("pk")
    assert (begun.action, begun.data["bytes"]) == ("import.opened", len(LAMP[1] + FAN[1]))
    assert (started.action, started.actor_label, started.data["prune"]) == ("import.started", "anna", True)


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.REVIEWER, ""])
def test_an_outsider_opens_sends_starts_and_previews_nothing(collection: Collection, role: str) -> None:
    outsider = Actor(user_id=9, label="oz", role=role)
    row = received(ANNA, collection, [LAMP])
    for refused in (
        lambda: opened(outsider, collection, [LAMP]),
        lambda: receive_append(actor=outsider, import_id=row.pk, offset=0, chunk=b"x"),
        lambda: receive_finish(actor=outsider, import_id=row.pk),
        lambda: import_preview(actor=outsider, item_id=row.items.get().pk),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert ImportItem.objects.get().state == "receiving"


def test_the_rate_after_a_retry_says_nothing_of_what_was_ready_before(collection: Collection) -> None:
    row = uploaded(ANNA, collection, [LAMP, FAN])
    now = timezone.now()
    Import.objects.filter(pk=row.pk).update(state="importing", started_at=now - timedelta(seconds=10))
    row.items.filter(name=LAMP[0]).update(state="ready", ended_at=now - timedelta(hours=1))
    row.refresh_from_db()
    assert selectors.import_progress(row).seconds_left is None
    row.items.filter(name=LAMP[0]).update(ended_at=now)
    left = selectors.import_progress(row).seconds_left
    assert left is not None and left > 0
