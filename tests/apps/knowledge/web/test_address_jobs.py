"""Imports from the web as jobs: who may, killed fetchers, cancelling, trying again, the command."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError

from apps.accounts.models import Role
from apps.audit.models import AuditEvent
from apps.core.actor import Actor
from apps.core.errors import BadInput, NotAllowed
from apps.knowledge.ingest.claims import claim_page
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.ingest.spool import spool_folder
from apps.knowledge.models import Collection, Document, Import
from apps.knowledge.services import (
    address_import_start,
    import_cancel,
    import_retry,
    import_start,
)
from apps.knowledge.web import fetching
from apps.knowledge.web.fetching import fetches_run

from .conftest import Site, html

ANNA = Actor(user_id=1, label="anna", role=Role.OPERATOR)
RETURNS = "Goods can be returned within 30 days."


def start(collection: Collection, *addresses: str) -> Import:
    return address_import_start(actor=ANNA, collection=collection, addresses=addresses)


def work() -> None:
    fetches_run()
    imports_run()


def states(row: Import) -> dict[str, str]:
    return {item.name.partition("/")[2]: item.state for item in row.items.all()}


def test_only_who_keeps_the_knowledge_may_import_and_only_from_allowed_hosts(
    opened: Site, help_collection: Collection, settings: object
) -> None:
    for role in ("", Role.CUSTOMER, Role.REVIEWER):
        with pytest.raises(NotAllowed):
            address_import_start(
                actor=Actor(user_id=2, label="x", role=role), collection=help_collection, addresses=[opened.origin]
            )
    for wrong in ("https://help.example.com/", "file:///etc/passwd", "lamp"):
        with pytest.raises(BadInput, match="^" + wrong):
            start(help_collection, wrong)
    settings.KNOWLEDGE_HOSTS = []  # type: ignore[attr-defined]
    with pytest.raises(BadInput, match="KNOWLEDGE_HOSTS"):
        start(help_collection, opened.origin)
    assert not Import.objects.exists() and not opened.asked


def test_the_audit_log_names_who_imported_what_from_where(opened: Site, help_collection: Collection) -> None:
    opened.pages["/a"] = html(RETURNS)
    start(help_collection, f"{opened.origin}/a")
    work()
    began, ended = AuditEvent.objects.filter(action__in=["import.started", "collection.imported"]).order_by("pk")
    assert began.actor_label == ended.actor_label == "anna"
    assert began.data["addresses"] == [f"{opened.origin}/a"] and ended.data["imported"] == 1


def test_what_a_dead_fetcher_was_at_comes_in_exactly_once(
    opened: Site, help_collection: Collection, tmp_path: Path
) -> None:
    opened.pages["/a"], opened.pages["/b"] = html(RETURNS), html("The lamp is warm.")
    row = start(help_collection, f"{opened.origin}/a", f"{opened.origin}/b")
    assert claim_page() is not None  # and then the process was killed
    (tmp_path / "lamp.txt").write_text("The lamp is warm.")
    import_start(actor=ANNA, collection=help_collection, paths=[tmp_path / "lamp.txt"])
    imports_run()  # the runner of files leaves pages that are not here alone
    assert set(states(row).values()) == {"importing", "queued"}
    work()
    assert states(row) == {"a": "ready", "b": "ready"}
    assert Document.objects.count() == 3


def test_a_page_that_kills_the_fetcher_again_and_again_is_given_up(
    opened: Site, help_collection: Collection
) -> None:
    row = start(help_collection, f"{opened.origin}/a")
    row.items.update(state="importing", attempts=5)
    work()
    assert "interrupted again and again" in row.items.get().reason


def test_a_cancelled_import_fetches_nothing_more_and_leaves_no_file(
    opened: Site, help_collection: Collection, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    opened.pages["/a"] = html(RETURNS)
    row = start(help_collection, f"{opened.origin}/a", f"{opened.origin}/b")
    lay_down = fetching.spool_path

    def cancelled_meanwhile(*args: object) -> object:
        import_cancel(actor=ANNA, import_id=row.pk)
        return lay_down(*args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching, "spool_path", cancelled_meanwhile)
        work()
    assert set(states(row).values()) == {"cancelled"}
    assert opened.paths() == ["/a"]
    assert not any(spool_folder(row.pk).iterdir())
    assert not Document.objects.exists()


def test_trying_again_asks_the_site_again(opened: Site, help_collection: Collection) -> None:
    opened.pages["/a"] = b"<html></html>"  # arrives, and holds nothing
    row = start(help_collection, f"{opened.origin}/a")
    work()
    assert states(row) == {"a": "failed"}
    opened.pages["/a"] = html(RETURNS)
    import_retry(actor=ANNA, import_id=row.pk)
    work()
    assert states(row) == {"a": "ready"}


def test_the_pages_of_one_import_are_bounded_together(
    opened: Site, help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "IMPORT_BYTES", 100)
    opened.pages["/a"], opened.pages["/b"] = html(RETURNS), html(RETURNS)
    row = start(help_collection, f"{opened.origin}/a", f"{opened.origin}/b")
    work()
    assert states(row) == {"a": "ready", "b": "failed"}


def test_the_command_takes_an_address_and_no_files_beside_it(
    opened: Site, help_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.knowledge.management.commands.kb_import import Command

    command = Command()
    opened.pages["/a"] = html(RETURNS)
    options = {"question": "", "answer": "", "prune": False, "passage_size": None, "overlap": None}
    options |= {"collection": "help", "dry_run": False}
    command.as_json = True
    command.run(paths=[f"{opened.origin}/a"], **options)
    assert Document.objects.get().name.endswith("/a")
    with pytest.raises(CommandError):
        command.run(paths=[f"{opened.origin}/a", "folder"], **options)
    with pytest.raises(CommandError):
        command.run(paths=[f"{opened.origin}/a"], **options | {"prune": True})
