"""Importing files and folders into a collection."""

from pathlib import Path

import pytest
from django.utils import translation

from apps.audit.models import AuditEvent
from apps.core.actor import SYSTEM
from apps.core.errors import BadInput, NotFound
from apps.inference import services as inference
from apps.inference.services import embed_sync  # noqa: F401  the door that the fake replaces is there
from apps.knowledge.models import Collection, Document, Passage, PassageVector
from apps.knowledge.services import collection_import

from .conftest import PAGES, Import

pytestmark = pytest.mark.django_db


def test_a_folder_is_imported_with_each_files_path_as_its_name(pages: Path, import_into: Import) -> None:
    report = import_into("help", pages)
    assert report.failed == []
    assert sorted(report.imported) == sorted(PAGES)
    assert set(Document.objects.values_list("state", flat=True)) == {"ready"}


def test_importing_again_touches_only_what_changed(pages: Path, import_into: Import) -> None:
    import_into("help", pages)
    before = dict(Passage.objects.values_list("pk", "document__name"))
    (pages / "en/box.txt").write_text("IN THE BOX\n\nThe box now contains a card as well.\n")
    report = import_into("help", pages)
    after = dict(Passage.objects.values_list("pk", "document__name"))
    assert report.replaced == ["en/box.txt"]
    assert len(report.unchanged) == len(PAGES) - 1
    assert {name for pk, name in before.items() if pk not in after} == {"en/box.txt"}


def test_a_new_version_that_cannot_be_read_leaves_the_old_passages(pages: Path, import_into: Import) -> None:
    import_into("help", pages)
    (pages / "en/box.txt").write_bytes(b"\x7fELF\x02\x01\x01")
    report = import_into("help", pages)
    document = Document.objects.get(name="en/box.txt")
    assert report.failed == [("en/box.txt", document.reason)]
    assert document.state == "failed"
    assert document.passages.exists()


def test_a_reason_is_told_in_the_language_of_whoever_reads_it(tmp_path: Path, import_into: Import) -> None:
    (tmp_path / "tool.txt").write_bytes(b"\x7fELF\x02\x01\x01")
    with translation.override("zh-hans"):
        told = dict(import_into("help", tmp_path).failed)["tool.txt"]
        document = Document.objects.get(name="tool.txt")
        assert document.reason == told
    with translation.override("en"):
        assert document.reason.startswith("The file’s content is not what its name says.")
        assert document.reason != told


def test_a_text_file_of_one_line_is_imported_with_that_line(tmp_path: Path, import_into: Import) -> None:
    (tmp_path / "hours.txt").write_text("Open from nine to six")
    assert import_into("help", tmp_path).imported == ["hours.txt"]
    assert Passage.objects.get().text == "Open from nine to six"


def test_passages_of_either_language_carry_vectors(pages: Path, import_into: Import) -> None:
    import_into("help", pages)
    assert set(Passage.objects.values_list("language", flat=True)) == {"en", "zh"}
    assert not Passage.objects.filter(vectors=None).exists()
    assert set(PassageVector.objects.values_list("index__embedder", flat=True)) == {inference.EMBEDDER_ID}


def test_a_document_fails_with_the_cause_when_the_runtime_is_away(
    pages: Path, import_into: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.core.errors import Unavailable

    def away(**_: object) -> list[list[float]]:
        raise Unavailable("no runtime answers")

    monkeypatch.setattr(inference, "embed_sync", away)
    report = import_into("help", pages)
    assert {name for name, _ in report.failed} == set(PAGES)
    assert all("no runtime answers" in error for _, error in report.failed)


def test_each_import_leaves_one_event_in_the_audit_log(pages: Path, import_into: Import) -> None:
    import_into("help", pages)
    event = AuditEvent.objects.get(action="collection.imported")
    assert event.target == f"collection:{Collection.objects.get().pk}"
    assert event.data["imported"] == len(PAGES)


def test_progress_is_told_until_the_last_file(pages: Path) -> None:
    told: list[tuple[int, int, str]] = []
    collection_import(
        actor=SYSTEM,
        collection="help",
        paths=[pages],
        progress=lambda done, total, name: told.append((done, total, name)),
    )
    assert told[-1][0] == len(PAGES)
    assert {total for _, total, _ in told} == {len(PAGES)}


def test_a_question_and_answer_table_makes_one_passage_a_pair(pages: Path, import_into: Import) -> None:
    import_into("help", pages / "en/faq.csv")
    found = list(Passage.objects.values_list("heading", "text"))
    assert found[0] == ("Who founded the company?", "Lin Yu founded Lanternfield in 2016 in Kunshan.")
    assert len(found) == 2


def test_two_folders_keep_their_names_apart(pages: Path, import_into: Import) -> None:
    report = import_into("help", pages / "en", pages / "zh")
    assert "en/returns.md" in report.imported
    assert "zh/returns.md" in report.imported


def test_a_path_that_is_not_there_is_one_clear_error(tmp_path: Path, import_into: Import) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        import_into("help", tmp_path / "nowhere")


def test_a_collections_name_must_be_a_slug(pages: Path, import_into: Import) -> None:
    with pytest.raises(BadInput):
        import_into("../help", pages)


def test_links_and_hidden_files_in_a_folder_are_left_alone(tmp_path: Path, import_into: Import) -> None:
    (tmp_path / "secret.txt").write_text("The secret is not part of the folder at all.")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".hidden.txt").write_text("Nobody should find this sentence here.")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "page.txt").write_text("This is the only page of the folder.")
    assert import_into("help", folder).imported == ["page.txt"]
