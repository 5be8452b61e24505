"""Making, renaming and deleting collections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from apps.accounts.models import Role
from apps.audit.selectors import audit_events
from apps.chat.models import Assistant
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.ingest.spool import spool_folder
from apps.knowledge.models import Collection, Document, Import, ImportState, Passage, PassageVector
from apps.knowledge.retrieval.search import search
from apps.knowledge.selectors import collection_get
from apps.knowledge.services import (
    collection_create,
    collection_delete,
    collection_import,
    collection_rename,
    import_retry,
    import_start,
    receive_finish,
)

from .uploads import received

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
OUTSIDERS = [Actor(user_id=2, label="rita", role=Role.REVIEWER), Actor(user_id=3, label="carl", role=Role.CUSTOMER)]


def test_what_was_done_to_a_collection_stands_in_the_audit_log() -> None:
    made = collection_create(actor=OLGA, slug="shop", name="  The   shop ")
    assert made.name == "The shop"
    assert collection_rename(actor=OLGA, collection_id=made.pk, name="商店").name == "商店"
    collection_delete(actor=OLGA, collection_id=made.pk)
    events = audit_events(target=f"collection:{made.pk}")
    assert {event.action: event.actor_label for event in events} == dict.fromkeys(
        ("collection.created", "collection.renamed", "collection.deleted"), "olga"
    )
    assert not Collection.objects.exists()


@pytest.mark.parametrize("slug", ["", "Shop", "a b", "商店", "x" * 51])
def test_a_short_name_that_no_address_could_carry_is_refused(slug: str) -> None:
    with pytest.raises(BadInput):
        collection_create(actor=OLGA, slug=slug, name="Shop")


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_collection_keeps_a_name_that_can_be_read(name: str) -> None:
    made = collection_create(actor=OLGA, slug="shop", name="Shop")
    with pytest.raises(BadInput):
        collection_rename(actor=OLGA, collection_id=made.pk, name=name)
    assert Collection.objects.get().name == "Shop"


def test_a_short_name_is_given_once() -> None:
    collection_create(actor=OLGA, slug="shop", name="Shop")
    with pytest.raises(Conflict, match="shop"):
        collection_create(actor=OLGA, slug="shop", name="Other")


def test_a_deleted_collection_takes_everything_along_and_is_never_quoted_again(help_pages: Collection) -> None:
    question = "How long do I have to return goods?"
    assert search(collection_ids=[help_pages.pk], question=question).passages
    collection_delete(actor=OLGA, collection_id=help_pages.pk)
    assert not search(collection_ids=[help_pages.pk], question=question).passages
    for left in (Collection, Document, Passage, PassageVector, Import):
        assert not left.objects.exists()
    with pytest.raises(NotFound):
        collection_delete(actor=OLGA, collection_id=help_pages.pk)


def test_a_collection_that_assistants_answer_from_is_kept_and_they_are_named(help_pages: Collection) -> None:
    assistant = Assistant.objects.create(slug="desk", name="Service desk")
    assistant.collections.add(help_pages)
    with pytest.raises(Conflict, match="Service desk"):
        collection_delete(actor=OLGA, collection_id=help_pages.pk)
    assert help_pages.passages.exists()
    assistant.collections.clear()
    collection_delete(actor=OLGA, collection_id=help_pages.pk)
    assert Assistant.objects.exists()


def test_a_collection_stays_while_something_is_imported_into_it(help_pages: Collection) -> None:
    Import.objects.update(state=ImportState.IMPORTING)
    with pytest.raises(Conflict, match="import"):
        collection_delete(actor=OLGA, collection_id=help_pages.pk)


def test_a_collection_stays_while_files_arrive_for_it_and_takes_what_had_arrived_along(
    help_pages: Collection,
    settings: LazySettings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    row = received(OLGA, help_pages, [("broken.pdf", b"%PDF-1.7 and no more")])
    with pytest.raises(Conflict, match="import"):
        collection_delete(actor=OLGA, collection_id=help_pages.pk)
    receive_finish(actor=OLGA, import_id=row.pk)
    imports_run()
    assert spool_folder(row.pk).exists()  # it failed, and might be tried again
    with django_capture_on_commit_callbacks(execute=True):
        collection_delete(actor=OLGA, collection_id=help_pages.pk)
    assert not spool_folder(row.pk).exists()


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_collection_is_not_deleted_under_an_import_that_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    collection_import(actor=OLGA, collection="help", paths=[tmp_path / "broken.pdf"])
    row = Import.objects.get()

    def delete() -> str:
        try:
            collection_delete(actor=OLGA, collection_id=row.collection_id)
        except Conflict as error:
            return str(error.message)
        finally:
            connection.close()
        return "deleted"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            import_retry(actor=OLGA, import_id=row.pk)
            deleting = pool.submit(delete)
            while not waits():
                assert not deleting.done(), deleting.result()
        assert "Cancel it first" in deleting.result()
    assert Import.objects.get().state == ImportState.QUEUED


def test_nothing_is_imported_into_a_collection_that_was_deleted_meanwhile(
    help_pages: Collection, pages: Path
) -> None:
    collection_delete(actor=OLGA, collection_id=help_pages.pk)
    with pytest.raises(NotFound):
        import_start(actor=OLGA, collection=help_pages, paths=[pages])
    assert not Import.objects.exists()


@pytest.mark.parametrize("actor", OUTSIDERS, ids=lambda actor: actor.label)
def test_an_outsider_changes_no_collection(help_pages: Collection, actor: Actor) -> None:
    attempts = [
        lambda: collection_create(actor=actor, slug="mine", name="Mine"),
        lambda: collection_rename(actor=actor, collection_id=help_pages.pk, name="Mine"),
        lambda: collection_delete(actor=actor, collection_id=help_pages.pk),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert Collection.objects.get().name == help_pages.name


def test_a_collection_is_counted(help_pages: Collection) -> None:
    Document.objects.create(collection=help_pages, name="broken.pdf", state="failed", failure={"code": "empty"})
    empty = collection_create(actor=SYSTEM, slug="empty", name="Empty")
    found, other = collection_get("help"), collection_get(empty.slug)
    passages = Passage.objects.count()
    assert (found.documents_count, found.failed_count, found.passages_count) == (9, 1, passages)
    assert found.imported_at is not None
    assert (other.documents_count, other.passages_count, other.imported_at) == (0, 0, None)
