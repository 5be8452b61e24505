"""What an import's page says before anything is imported: compared by a worker, followed by the page."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.knowledge.ingest.hashing import uploads_hash
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.ingest.upkeep import imports_upkeep
from apps.knowledge.models import Collection, Document, Import, ImportItem
from tests.apps.knowledge.workbooks import workbook

from .test_import_pages import BROKEN, LAMP, File, help_collection, imported, sent  # noqa: F401  (a fixture)


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
        ("Only in the collection", "1"),
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
    assert "being compared" in page and "lamp.md" in page and ">Import</button>" not in page
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
    assert ">Import</button>" in operator.get(state["url"], {"show": "new"}).content.decode()


@pytest.mark.parametrize("query", [{}, {"show": "new"}, {"show": "unchanged", "page": 2}], ids=str)
def test_a_view_of_many_files_costs_as_much_as_one_of_some(
    operator: Client,
    help_collection: Collection,  # noqa: F811
    query: dict[str, Any],
) -> None:
    asked: dict[int, list[int]] = {}
    for count in (450, 1000):
        row = arrived(help_collection, count)
        rows: list[int] = []

        def counted(execute: Any, *question: Any) -> Any:
            found = execute(*question)
            rows.append(question[-1]["cursor"].rowcount)  # noqa: B023  (called at once)
            return found

        with connection.execute_wrapper(counted):
            page = operator.get(f"/console/knowledge/help/imports/{row.pk}/", query).content.decode()
        assert re.search(rf"<dt>New</dt><dd>{count // 2:,}</dd>", page) and page.count(">Preview</a>") == 50
        asked[count] = rows
    assert asked[450] == asked[1000] and sum(asked[450]) < 600


def arrived(collection: Collection, count: int) -> Import:
    """An upload whose files are here and hashed, of which the collection holds every second one as it is, and as
    many documents more.
    """
    row = Import.objects.create(
        collection=collection, source="upload", state="receiving", owner="olga", actor_label="olga"
    )
    names = [f"{row.pk}/{number:04}.txt" for number in range(count)]
    ImportItem.objects.bulk_create(
        ImportItem(parent=row, position=position, name=name, path=name, state="receiving", hashes={name: name[-8:]})
        for position, name in enumerate(names)
    )
    there = [*names[::2], *(f"gone/{name}" for name in names)]
    Document.objects.bulk_create(
        Document(collection=collection, name=name, sha256=name[-8:], imported_at=timezone.now()) for name in there
    )
    return row


def test_files_that_would_change_nothing_are_said_to_and_offer_no_removal(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    imported(operator, LAMP)
    page = operator.get(looked_at(operator, LAMP)["url"]).content.decode()
    assert "importing them would change nothing" in page and "This is everything" not in page
    assert "Nothing is searchable yet" not in page


def test_what_cannot_be_read_is_not_called_new(operator: Client, help_collection: Collection) -> None:  # noqa: F811
    state = looked_at(operator, LAMP, BROKEN, ("empty.txt", b" "))
    page = operator.get(state["url"]).content.decode()
    assert re.findall(r"<dt>(New|Cannot be read)</dt><dd[^>]*>(\d+)</dd>", page) == [
        ("New", "1"),
        ("Cannot be read", "2"),
    ]
    shown = operator.get(f"{state['url']}state/", {"show": "failed"}).json()["parts"]["items"]
    assert "broken.pdf" in shown and "lamp.md" not in shown
    assert re.search(r'<span class="badge danger">Cannot be read</span>', shown)
    assert len(re.findall(r'<p class="small danger-text">[A-Z]', shown)) == 2
    assert ">Import</button>" in page and "What cannot be read is not imported" in page


def test_what_the_look_found_unreadable_fails_by_itself_and_makes_no_document(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    noise = ("noise.md", b"\xff\xfe\x00\x01\x02garbage\x00")  # half a character of UTF-16
    state = looked_at(operator, LAMP, BROKEN, noise)
    operator.post(state["finish"], {"looked": "1"})
    imports_run()
    assert [document.name for document in Document.objects.all()] == ["lamp.md"]
    page = operator.get(state["url"]).content.decode()
    assert "2 files could not be imported" in page and page.count(">Try again</button>") == 2
    operator.post(f"{state['url']}retry/")
    imports_run()
    assert Document.objects.filter(name="broken.pdf", state="failed").exists(), "somebody wanted it all the same"


def test_of_files_that_cannot_be_read_nothing_is_offered_but_to_cancel(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    imported(operator, LAMP)
    page = operator.get(looked_at(operator, BROKEN)["url"]).content.decode()
    assert "Cannot be read" in page and "Cancel upload" in page
    assert ">Import</button>" not in page and "This is everything" not in page


def test_the_preview_of_a_workbook_shows_each_sheet_by_its_name(
    operator: Client,
    help_collection: Collection,  # noqa: F811
) -> None:
    prices = [["lamp", "price"], *([f"Lamp {number}", str(number)] for number in range(9))]
    pairs = [["question", "answer"], ["Who pays?", "We do."]]
    data = workbook(Prices=prices, Shops=[["town", "price"], ["Kunshan", "free"]], Help=pairs)
    state = sent(operator, ("list.xlsx", data))
    page = operator.get(f"{state['url']}files/{ImportItem.objects.get().pk}/").content.decode()
    parts = re.split(r'<h3 class="sheet-name">', page)[1:]
    assert [part.split("<")[0] for part in parts] == ["Prices", "Shops", "Help"]
    assert "Lamp 4" in parts[0] and "Kunshan" not in parts[0]
    assert "<td>Kunshan</td><td>free</td>" in parts[1].split("</table>")[0]
    assert page.count('name="column" value="price"') == 1  # what a column is for holds in every sheet
    assert (
        "Kept" in parts[0] and "Not needed" not in parts[0] + parts[1]
    )  # only the sheet of pairs leaves columns out
    assert '<option value="answer" selected>' in parts[2]
