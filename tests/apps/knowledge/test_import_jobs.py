"""Imports as jobs: states, cancelling, trying again, turns between people, and workers that die."""

from collections.abc import Callable
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.models import Role
from apps.audit.models import AuditEvent
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound
from apps.knowledge import selectors
from apps.knowledge.indexing.indexes import index_active
from apps.knowledge.ingest import claims, hand
from apps.knowledge.ingest.claims import claim_next
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.ingest.spool import spool_folder
from apps.knowledge.models import Collection, Document, EmbeddingIndex, Import, ImportItem, Passage
from apps.knowledge.services import (
    collection_ensure,
    collection_import,
    import_cancel,
    import_retry,
)

from .uploads import File, uploaded

pytestmark = pytest.mark.django_db

ANNA = Actor(user_id=1, label="anna", role=Role.OPERATOR)
BO = Actor(user_id=2, label="bo", role=Role.OPERATOR)


@pytest.fixture
def help_collection(settings: object, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    return collection_ensure(actor=SYSTEM, slug="help")


def pages_of(count: int, what: str = "lamp") -> list[File]:
    return [(f"{what}-{n}.txt", f"The {what} number {n} draws {n} watts at night.".encode()) for n in range(count)]


def states(row: Import) -> dict[str, str]:
    return dict(row.items.values_list("name", "state"))


def test_an_upload_waits_for_a_worker_and_is_searchable_once_it_ran(help_collection: Collection) -> None:
    row = uploaded(ANNA, help_collection, pages_of(3))
    assert set(states(row).values()) == {"queued"}
    assert ProcrastinateJob.objects.filter(task_name="knowledge.imports", status="todo").count() == 1
    assert imports_run()
    assert set(states(row).values()) == {"ready"}
    assert Passage.objects.count() == 3
    progress = selectors.import_progress(selectors.access_import(actor=ANNA, import_id=row.pk))
    assert (progress.counts["ready"], progress.share, progress.seconds_left) == (3, 1.0, 0.0)


def test_uploaded_files_are_gone_after_the_import_but_kept_while_one_can_be_tried_again(
    help_collection: Collection, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        good = uploaded(ANNA, help_collection, pages_of(1))
        bad = uploaded(ANNA, help_collection, [("tool.txt", b"\x7fELF")])
        imports_run()
    assert not spool_folder(good.pk).exists()
    assert spool_folder(bad.pk).exists()


def test_a_failed_file_can_be_tried_again_and_the_rest_is_left_alone(
    help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand, "embed_titled", _away)
    EmbeddingIndex.objects.filter(pk=index_active().pk).update(languages=["en"])
    row = uploaded(ANNA, help_collection, [*pages_of(1), ("灯.txt", "台灯的功率是九瓦。".encode())])
    imports_run()
    assert states(row) == {"lamp-0.txt": "failed", "灯.txt": "ready"}
    monkeypatch.undo()
    monkeypatch.setattr(hand, "embed_titled", lambda titled: [{} for _ in titled])
    assert import_retry(actor=ANNA, import_id=row.pk) == 1
    imports_run()
    assert set(states(row).values()) == {"ready"}
    with pytest.raises(Conflict):
        import_retry(actor=ANNA, import_id=row.pk)


def _away(titled: object) -> list[object]:
    from apps.knowledge.ingest.blocks import Refused

    raise Refused("embedding", cause="no runtime answers")


def test_a_cancelled_import_brings_nothing_more_in(help_collection: Collection) -> None:
    row = uploaded(ANNA, help_collection, pages_of(3))
    import_cancel(actor=ANNA, import_id=row.pk)
    imports_run()
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert set(states(row).values()) == {"cancelled"}
    assert not Document.objects.exists()
    with pytest.raises(Conflict):
        import_cancel(actor=ANNA, import_id=row.pk)


def test_what_is_being_read_when_an_import_is_cancelled_does_not_come_in(
    help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = uploaded(ANNA, help_collection, pages_of(2))

    def cancel_first(parent: Import, results: list[object]) -> None:
        import_cancel(actor=ANNA, import_id=row.pk)

    monkeypatch.setattr(hand, "amend", cancel_first)
    imports_run()
    assert set(states(row).values()) == {"cancelled"}
    assert not Passage.objects.exists()


def test_one_persons_thousand_files_do_not_keep_another_waiting(
    help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "MOST_ITEMS", 2)
    uploaded(ANNA, help_collection, pages_of(6))
    uploaded(ANNA, help_collection, pages_of(6, "kettle"))
    uploaded(BO, help_collection, pages_of(3, "fan"))
    turns = [claim.parent.owner for _ in range(5) if (claim := claim_next())]
    assert turns == ["user:1", "user:2", "user:1", "user:2", "user:1"]


def test_a_long_file_is_taken_alone(help_collection: Collection) -> None:
    long = ("long.txt", b"The lamp is warm. " * 40_000)
    uploaded(ANNA, help_collection, [long, *pages_of(2)])
    taken = [[item.name for item in claim.items] for _ in range(2) if (claim := claim_next())]
    assert taken == [["long.txt"], ["lamp-0.txt", "lamp-1.txt"]]


def test_what_a_dead_worker_was_reading_comes_in_exactly_once(help_collection: Collection) -> None:
    row = uploaded(ANNA, help_collection, pages_of(5))
    assert claim_next() is not None  # and then the worker was killed
    imports_run()
    assert set(states(row).values()) == {"ready"}
    assert Document.objects.count() == Passage.objects.count() == 5


def test_a_worker_that_was_given_up_cannot_write_any_more(help_collection: Collection) -> None:
    from apps.knowledge.ingest.blocks import Refused
    from apps.knowledge.ingest.results import Result
    from apps.knowledge.ingest.store import results_store

    row = uploaded(ANNA, help_collection, pages_of(1))
    late = claim_next()
    assert late is not None
    imports_run()
    results_store(row, [Result(late.items[0], failure=Refused("timeout", limit=30))])
    assert set(states(row).values()) == {"ready"}
    assert Document.objects.get().state == "ready"


def test_a_file_that_ends_every_worker_fails_at_last_and_lets_the_others_pass(help_collection: Collection) -> None:
    row = uploaded(ANNA, help_collection, pages_of(2))
    poison = row.items.get(name="lamp-0.txt")
    ImportItem.objects.filter(pk=poison.pk).update(state="importing", attempts=claims.ATTEMPTS)
    imports_run()
    assert states(row) == {"lamp-0.txt": "failed", "lamp-1.txt": "ready"}
    assert Document.objects.get(name="lamp-0.txt").failure["code"] == "interrupted"


def test_a_second_runner_leaves_the_work_to_the_first(
    help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import contextmanager

    from apps.knowledge.ingest import runner

    @contextmanager
    def taken() -> object:
        yield False

    monkeypatch.setattr(runner, "_only_runner", taken)
    row = uploaded(ANNA, help_collection, pages_of(1))
    assert imports_run() is False
    assert set(states(row).values()) == {"queued"}


def test_only_those_who_keep_the_knowledge_may_import_look_and_cancel(help_collection: Collection) -> None:
    row = uploaded(ANNA, help_collection, pages_of(1))
    for outsider in (
        Actor(user_id=3, label="cora", role=Role.CUSTOMER),
        Actor(user_id=4, label="rex", role=Role.REVIEWER),
    ):
        with pytest.raises(NotAllowed):
            uploaded(outsider, help_collection, pages_of(1))
        with pytest.raises(NotAllowed):
            import_cancel(actor=outsider, import_id=row.pk)
        with pytest.raises(NotAllowed):
            import_retry(actor=outsider, import_id=row.pk)
        with pytest.raises(NotAllowed):
            selectors.access_import(actor=outsider, import_id=row.pk)
        with pytest.raises(NotAllowed):
            selectors.imports(actor=outsider)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.txt", "/etc/cron.d/job.txt", "C:\\a\\b.txt", "a/../../b.txt", "\0x.txt", "．．/x.txt"],
)
def test_no_name_of_an_upload_becomes_a_path(help_collection: Collection, name: str) -> None:
    row = uploaded(ANNA, help_collection, [(name, b"The lamp is warm at night.")])
    item = row.items.get()
    assert Path(item.path).resolve().is_relative_to(spool_folder(row.pk).resolve())
    assert not {"..", "", "."} & set(item.name.split("/"))


def test_two_files_of_one_name_are_refused_and_leave_nothing_behind(help_collection: Collection) -> None:
    twice = [("a.txt", b"one"), ("./a.txt", b"two")]
    with pytest.raises(BadInput, match=r"a\.txt"):
        uploaded(ANNA, help_collection, twice)
    assert not Import.objects.exists()
    assert not list(spool_folder(Import().pk).parent.glob("*"))


def test_a_vanished_file_stays_unless_its_removal_was_asked_for(pages: Path) -> None:
    collection_import(actor=SYSTEM, collection="help", paths=[pages])
    (pages / "en/box.txt").unlink()
    kept = collection_import(actor=SYSTEM, collection="help", paths=[pages])
    assert (kept.removed, Document.objects.filter(name="en/box.txt").count()) == (0, 1)
    pruned = collection_import(actor=SYSTEM, collection="help", paths=[pages], prune=True)
    assert (pruned.removed, Document.objects.filter(name="en/box.txt").count()) == (1, 0)
    assert not Passage.objects.filter(document__name="en/box.txt").exists()


def test_the_import_of_an_empty_folder_ends_at_once_and_prunes_nothing(pages: Path, tmp_path: Path) -> None:
    collection_import(actor=SYSTEM, collection="help", paths=[pages])
    empty = tmp_path / "empty"
    empty.mkdir()
    before = Document.objects.count()
    assert collection_import(actor=SYSTEM, collection="help", paths=[empty], prune=True).removed == 0
    assert Document.objects.count() == before


def test_an_import_names_who_began_it_and_how_it_ended_in_the_audit_log(help_collection: Collection) -> None:
    uploaded(ANNA, help_collection, pages_of(2))
    imports_run()
    _opened, began, ended = AuditEvent.objects.exclude(action="collection.created").order_by("pk")
    assert (began.action, began.actor_label) == ("import.started", "anna")
    assert (ended.action, ended.actor_label) == ("collection.imported", "anna")
    assert ended.data["imported"] == 2


def test_an_import_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        selectors.access_import(actor=ANNA, import_id=Import().pk)
