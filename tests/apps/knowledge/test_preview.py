"""A look at a file before its import: what the import would make of it, and nothing is stored."""

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from apps.accounts.models import Role
from apps.core.actor import Actor
from apps.core.errors import BadInput, Conflict, NotFound
from apps.knowledge.ingest.reading import Reading
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, Document, ImportItem, Passage
from apps.knowledge.services import Columns, collection_ensure, import_cancel, import_preview

from .uploads import opened, received, uploaded

pytestmark = pytest.mark.django_db
ANNA = Actor(user_id=1, label="anna", role=Role.OPERATOR)
TABLE = b"asked by,told\nIs there a wall mount?,A wall mount comes in October.\nWho?,\n"


@pytest.fixture
def collection(settings: object, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    return collection_ensure(actor=ANNA, slug="help")


def preview(collection: Collection, name: str, data: bytes, **columns: Any) -> Reading:
    row = received(ANNA, collection, [("before.txt", b"An earlier file."), (name, data)])
    item = row.items.get(position=2)
    return import_preview(actor=ANNA, item_id=item.pk, columns=Columns(**columns) if columns else None)


def test_a_preview_is_what_the_import_then_makes_of_the_file(collection: Collection) -> None:
    text = "# Lamps\n\n## Power\n\nThe lamp draws nine watts.\n\n## Cable\n\nIt is two metres long.\n"
    shown = preview(collection, "lamp.md", text.encode())
    assert not Document.objects.exists()
    uploaded(ANNA, collection, [("lamp.md", text.encode())])
    imports_run()
    made = Passage.objects.order_by("position").values_list("heading", "text")
    assert [(piece.heading, piece.text) for piece in shown.pieces] == list(made)
    assert [piece.heading for piece in shown.pieces] == ["Power", "Cable"]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_the_encoding_of_a_text_is_told(collection: Collection, encoding: str, told: str) -> None:
    text = "台灯保养\n\n每月用干布擦拭灯罩一次。请勿使用水或溶剂，以免损伤表面。收纳时把电源线松松地绕在底座上。\n"
    shown = preview(collection, "care.txt", text.encode(encoding))
    assert (shown.encoding, shown.language) == (encoding, "zh")
    assert "干布擦拭" in shown.pieces[0].text


def test_a_table_tells_its_columns_and_by_which_it_holds_questions_and_answers(collection: Collection) -> None:
    plain = preview(collection, "faq.csv", TABLE)
    assert plain.table and (plain.table.sheets[0].headers, plain.pairs) == (("asked by", "told"), 0)
    assert plain.table.sheets[0].rows[0] == ("Is there a wall mount?", "A wall mount comes in October.")
    chosen = preview(collection, "faq.csv", TABLE, question="asked by", answer="told")
    assert (chosen.pairs, [piece.heading for piece in chosen.pieces]) == (1, ["Is there a wall mount?"])
    assert [(pair.row, pair.code) for pair in chosen.dropped] == [(3, "incomplete")]


def test_an_office_file_has_no_encoding_and_no_columns(collection: Collection) -> None:
    document, file = docx.Document(), io.BytesIO()
    document.add_heading("Leave", 1)
    document.add_paragraph("Everybody has thirty days of leave a year.")
    document.save(file)
    shown = preview(collection, "leave.docx", file.getvalue())
    assert (shown.encoding, shown.table, shown.title) == ("", None, "Leave")


def test_an_archive_shows_the_documents_that_it_holds(collection: Collection) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("en/a.md", "# A")
        archive.writestr("../b.txt", "B")
        archive.writestr("c.exe", "C")
    shown = preview(collection, "all.zip", packed.getvalue())
    assert {member.name for member in shown.members} == {"en/a.md", "b.txt"}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"%PDF-1.7 nothing", "not a readable PDF"),
        ("a.txt", b"", "no text in it"),
        ("a.md", b"\x7fELF", "not what its name says"),
        ("a.exe", b"x", "cannot be imported"),
    ],
)
def test_a_file_that_would_be_refused_says_why(collection: Collection, name: str, data: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        preview(collection, name, data)


def test_a_column_that_is_not_there_is_said(collection: Collection) -> None:
    with pytest.raises(BadInput, match="no columns named"):
        preview(collection, "faq.csv", TABLE, question="x", answer="told")


def test_a_file_is_looked_at_only_when_it_is_there(collection: Collection) -> None:
    row = opened(ANNA, collection, [("a.txt", b"The lamp is warm.")])
    with pytest.raises(Conflict):
        import_preview(actor=ANNA, item_id=row.items.get().pk)
    with pytest.raises(NotFound):
        import_preview(actor=ANNA, item_id=ImportItem().pk)


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_upload_was_given_up_cannot_be_looked_at_any_more(collection: Collection) -> None:
    row = received(ANNA, collection, [("a.txt", b"The lamp is warm.")])
    import_cancel(actor=ANNA, import_id=row.pk)
    with pytest.raises(BadInput, match="not there any more"):
        import_preview(actor=ANNA, item_id=row.items.get().pk)
