"""After an upgrade that reads texts otherwise, pages that were imported before are found like new ones."""

from pathlib import Path

import pytest
from django.core.management import call_command
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.knowledge.indexing import tokens as renewal
from apps.knowledge.indexing.tokens import documents_outdated, tokens_defer, tokens_run
from apps.knowledge.models import Collection, Document, Passage, PassageVector
from apps.knowledge.retrieval.search import search
from apps.knowledge.retrieval.tokens import tsvector

from .conftest import Import

pytestmark = pytest.mark.django_db
QUESTION = "运费多少？"


@pytest.fixture
def imported_before(tmp_path: Path, import_into: Import) -> Collection:
    """Two pages in traditional characters, with the tokens of a version that left these as they are."""
    for name, text in {"會員": "會員購物可享九折優惠。", "運費": "滿兩百元免運費。"}.items():
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n{text}\n")
    import_into("old", tmp_path)
    for passage in Passage.objects.all():
        Passage.objects.filter(pk=passage.pk).update(lexemes=tsvector(list(passage.text)))
    PassageVector.objects.all().delete()  # of words alone
    Document.objects.update(tokens_scheme=0)
    Collection.objects.update(version=100)
    return Collection.objects.get()


def found(collection: Collection) -> list[str]:
    return [passage.text for passage in search(collection_ids=[collection.pk], question=QUESTION).passages]


def test_a_page_with_tokens_of_an_earlier_version_is_found_again(imported_before: Collection) -> None:
    assert found(imported_before) == []
    call_command("kb_index", "tokens")
    assert found(imported_before) == ["滿兩百元免運費。"]
    assert not documents_outdated().exists()


def test_the_worker_notices_an_upgrade_and_goes_on_where_it_was_stopped(
    imported_before: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "PORTION", 1)
    monkeypatch.setattr(renewal, "PAUSE", 0.0)
    tokens_defer()
    tokens_defer()
    assert ProcrastinateJob.objects.filter(task_name="knowledge.tokens").count() == 1
    next(renewal.tokens_renew())
    assert documents_outdated().count() == 1
    tokens_run()
    assert found(imported_before) and not documents_outdated().exists()


def test_what_is_imported_now_needs_no_second_look(help_pages: Collection) -> None:
    tokens_defer()
    assert not ProcrastinateJob.objects.filter(task_name="knowledge.tokens").exists()
