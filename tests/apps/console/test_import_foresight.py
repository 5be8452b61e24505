"""What an import's page says before anything is imported: compared by a worker, followed by the page."""

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.knowledge.ingest.hashing import uploads_hash
from apps.knowledge.ingest.upkeep import imports_upkeep
from apps.knowledge.models import Collection, Document, ImportItem

from .test_import_pages import LAMP, File, help_collection, imported, sent  # noqa: F401  (a fixture)


def looked_at(operator: Client, *files: File) -> dict[str, Any]:
    """Sent, and compared by a worker."""
    state = sent(operator, *files)
    uploads_hash()
    return state


def test_before_a_folder_is_imported_again_its_page_says_what_would_change(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    fan = ("fan.txt", b"The Breeze fan has three speeds and a quiet mode.")
    imported(operator, LAMP, fan, ("old.txt", b"What was sold before."))
    state = looked_at(operator, (LAMP[0], LAMP[1] + b"\nIt is warm.\n"), fan, ("new.txt", b"A third document."))
    page = operator.get(state["url"]).content.decode()
    assert re.findall(r"<dt>([A-Z][a-z ]+)</dt><dd>(\d+)</dd>", page) == [
        ("New", "1"),
        ("Updated", "1"),
        ("Unchanged", "1"),
        ("Not among the files", "1"),
    ]
    assert "remove 1 document from the collection" in page and "<li>old.txt</li>" in page
    for show, name, words in (("changed", "lamp.md", "Updated"), ("unchanged", "fan.txt", "Unchanged")):
        shown = operator.get(f"{state['url']}state/", {"show": show}).json()["parts"]["items"]
        assert [other for other in ("lamp.md", "fan.txt", "new.txt") if other in shown] == [name]
        assert re.search(rf'<span class="badge[^>]*>{words}</span>', shown)
    assert Document.objects.filter(name="new.txt").count() == 0


def test_looking_at_an_upload_hashes_nothing_and_follows_the_worker_that_does(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    state = sent(operator, LAMP, ("empty.txt", b""))
    page = operator.get(state["url"]).content.decode()
    assert "being compared" in page and "lamp.md" in page and "Import 2 files" not in page
    told = operator.get(f"{state['url']}state/").json()
    assert (told["state"], told["progress"]) == ("looking", 0)
    assert not ImportItem.objects.filter(hashes__isnull=False).exists()
    assert ProcrastinateJob.objects.filter(task_name="knowledge.uploads").count() == 1
    ProcrastinateJob.objects.all().delete()
    imports_upkeep()
    assert ProcrastinateJob.objects.filter(task_name="knowledge.uploads").exists(), "a lost job comes again"
    uploads_hash()
    told = operator.get(f"{state['url']}state/").json()
    assert (told["state"], told["progress"]) == ("received", 100)
    with CaptureQueriesContext(connection) as asked:
        assert "Import 2 files" in operator.get(state["url"], {"show": "new"}).content.decode()
    loads = [query["sql"] for query in asked if '"hashes"' in query["sql"].split("FROM")[0]]
    assert len(loads) == 1, "all files are loaded once for a view"


def test_files_that_would_change_nothing_are_said_to_and_offer_no_removal(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    imported(operator, LAMP)
    page = operator.get(looked_at(operator, LAMP)["url"]).content.decode()
    assert "importing them would change nothing" in page and "This is everything" not in page
