"""Changes to the same documents at the same moment: each waits for the other, and neither for ever."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from apps.core.actor import SYSTEM
from apps.knowledge.indexing import indexes
from apps.knowledge.indexing.tokens import tokens_renew
from apps.knowledge.indexing.vectors import vectors_store
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, Document, EmbeddingIndex, Passage
from apps.knowledge.services import (
    collection_delete,
    collection_import,
    documents_delete,
    import_start,
    passage_edit,
)
from apps.knowledge.services import passage as passages

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60  # PostgreSQL finds a deadlock after one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "lamp.md").write_text("# Lamp\n\nThe lamp draws nine watts at full brightness.\n")
    collection_import(actor=SYSTEM, collection="help", paths=[folder])
    return folder


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def in_thread(pool: ThreadPoolExecutor, act: Callable[[], object]) -> Future:
    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    return pool.submit(run)


def delete_collection(folder: Path) -> None:
    collection_delete(actor=SYSTEM, collection_id=Collection.objects.get().pk)


def delete_document(folder: Path) -> None:
    documents_delete(actor=SYSTEM, document_ids=[Document.objects.get(name="lamp.md").pk])


def import_everything_else(folder: Path) -> None:
    (folder / "lamp.md").rename(folder / "fan.md")
    import_start(actor=SYSTEM, collection=Collection.objects.get(), paths=[folder], prune=True)
    imports_run()


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [(delete_collection, []), (delete_document, []), (import_everything_else, ["fan.md"])],
)
def test_an_edit_meets_the_end_of_its_document_and_both_come_through(
    folder: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Path], None], left: list[str]
) -> None:
    row = Passage.objects.get()
    locked, go_on = threading.Event(), threading.Event()
    found = passages._passage

    def held(passage_id: object) -> Passage:
        if connection.in_atomic_block:  # the document is locked by now
            locked.set()
            assert go_on.wait(SECONDS)
        return found(passage_id)

    monkeypatch.setattr(passages, "_passage", held)
    with ThreadPoolExecutor(2) as pool:
        editing = in_thread(pool, lambda: passage_edit(actor=SYSTEM, passage_id=row.pk, text="It draws ten watts."))
        assert locked.wait(SECONDS)
        other = in_thread(pool, lambda: meanwhile(folder))
        until(waiting)
        go_on.set()
        editing.result(SECONDS)
        other.result(SECONDS)
    assert list(Document.objects.values_list("name", flat=True)) == left


def test_new_tokens_and_an_edit_at_once_both_come_through(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Document.objects.update(tokens_scheme=0)
    row = Passage.objects.get()
    locked, go_on = threading.Event(), threading.Event()

    def held(*args: object) -> list[str]:
        locked.set()
        assert go_on.wait(SECONDS)
        return ["lamp"]

    monkeypatch.setattr("apps.knowledge.indexing.tokens.tokenize", held)
    with ThreadPoolExecutor(2) as pool:
        renewing = in_thread(pool, lambda: list(tokens_renew()))
        assert locked.wait(SECONDS)
        editing = in_thread(pool, lambda: passage_edit(actor=SYSTEM, passage_id=row.pk, text="It draws ten watts."))
        until(waiting)
        go_on.set()
        renewing.result(SECONDS)
        editing.result(SECONDS)
    assert Passage.objects.get().text == "It draws ten watts."


def test_the_first_two_who_store_passages_both_come_through(monkeypatch: pytest.MonkeyPatch) -> None:
    EmbeddingIndex.objects.all().delete()
    made, go_on = threading.Event(), threading.Event()
    create = indexes.hnsw_create

    def held(*args: Any) -> None:  # the index's row is there, not yet committed
        made.set()
        assert go_on.wait(SECONDS)
        create(*args)

    monkeypatch.setattr(indexes, "hnsw_create", held)
    with ThreadPoolExecutor(2) as pool:
        first = in_thread(pool, indexes.index_active)
        assert made.wait(SECONDS)
        second = in_thread(pool, lambda: vectors_store([], []))
        until(waiting)
        go_on.set()
        first.result(SECONDS)
        second.result(SECONDS)
    assert EmbeddingIndex.objects.count() == 1
