"""What the columns of a table are for: chosen for each file, kept with its document, noticed when it changes."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Role
from apps.audit.selectors import audit_events
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import BadInput, Conflict, NotAllowed, NotFound
from apps.knowledge.ingest.blocks import Columns, Refused
from apps.knowledge.ingest.extract.sheets.table import extract_csv, extract_jsonl, extract_xlsx
from apps.knowledge.ingest.runner import imports_run
from apps.knowledge.models import Collection, Document, ImportItem, Passage
from apps.knowledge.services import (
    collection_ensure,
    collection_import,
    import_retry,
    import_start,
    item_columns_set,
    receive_finish,
    split_anew,
)

from .uploads import received
from .workbooks import workbook

pytestmark = pytest.mark.django_db
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)
TABLE = """topic,client asks,we say,internal note
Shop,Where is the shop?,The shop is in Kunshan.,ask Lin
Lamp,How bright is the lamp?,The lamp has eight hundred lumens.,old text
"""


@pytest.fixture
def collection(db: None, settings: object, tmp_path: Path) -> Collection:
    settings.DATA_DIR = tmp_path / "data"  # type: ignore[attr-defined]
    return collection_ensure(actor=OLGA, slug="faq")


def texts() -> list[tuple[str, str]]:
    return list(Passage.objects.order_by("document__name", "position").values_list("heading", "text"))


PAIRS = [
    ("Where is the shop?", "The shop is in Kunshan."),
    ("How bright is the lamp?", "The lamp has eight hundred lumens."),
]


def test_each_file_of_an_import_has_its_own_columns(collection: Collection) -> None:
    files = [
        ("a.csv", TABLE.encode()),
        ("b.csv", TABLE.encode()),
        ("c.csv", b"question,answer\nWho?,Lin Yu did it.\n"),
    ]
    row = received(OLGA, collection, files)
    a, b, _c = row.items.order_by("position")
    item_columns_set(actor=OLGA, item_id=a.pk, columns=Columns("client asks", "we say"))
    item_columns_set(actor=OLGA, item_id=b.pk, columns=Columns(ignored=("internal note", "topic"), rows=True))
    receive_finish(actor=OLGA, import_id=row.pk)
    imports_run()
    rows = [("", "client asks: Where is the shop?; we say: The shop is in Kunshan.")]
    found = texts()
    assert found[:2] == PAIRS and found[-1] == ("Who?", "Lin Yu did it.")
    assert rows[0][1] in found[2][1] and "ask Lin" not in found[2][1] and "topic" not in found[2][1]
    assert audit_events(action="import.columns_chosen").count() == 2


def test_the_same_table_with_other_columns_counts_as_changed(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(TABLE)
    (tmp_path / "page.md").write_text("# Lamps\n\nThe lamp draws nine watts at full brightness.\n")
    paths = [tmp_path / "faq.csv", tmp_path / "page.md"]

    def imported(**columns: str) -> tuple[list[str], list[str]]:
        report = collection_import(actor=SYSTEM, collection="faq", paths=paths, **columns)
        return report.replaced, report.unchanged

    collection_import(actor=SYSTEM, collection="faq", paths=paths)
    chosen = {"question": "client asks", "answer": "we say"}
    assert imported(**chosen) == (["faq.csv"], ["page.md"])
    assert texts()[:2] == PAIRS
    assert imported(**chosen) == ([], ["faq.csv", "page.md"])
    assert imported(question="topic", answer="we say") == (["faq.csv"], ["page.md"])
    assert imported() == (["faq.csv"], ["page.md"])


def test_a_table_is_split_anew_without_the_columns_that_were_left_out(collection: Collection) -> None:
    row = received(OLGA, collection, [("a.csv", TABLE.encode())])
    columns = Columns(ignored=("internal note",), rows=True)
    item_columns_set(actor=OLGA, item_id=row.items.get().pk, columns=columns)
    receive_finish(actor=OLGA, import_id=row.pk)
    imports_run()
    before = texts()
    split_anew(actor=OLGA, collection=collection)
    imports_run()
    assert texts() == before and "old text" not in str(before)
    assert (Document.objects.get().ignored, Document.objects.get().rows) == (["internal note"], True)


def test_columns_that_are_not_there_are_chosen_anew_and_the_file_is_tried_again(collection: Collection) -> None:
    row = received(OLGA, collection, [("a.csv", TABLE.encode())])
    receive_finish(actor=OLGA, import_id=row.pk, question="Frage", answer="Antwort")
    imports_run()
    item = row.items.get()
    assert (item.state, item.failure["code"]) == ("failed", "columns")
    item_columns_set(actor=OLGA, item_id=item.pk, columns=Columns("client asks", "we say"))
    import_retry(actor=OLGA, import_id=row.pk)
    imports_run()
    assert texts() == PAIRS


def test_what_cannot_be_chosen_is_refused(collection: Collection, tmp_path: Path) -> None:
    row = received(OLGA, collection, [("a.csv", TABLE.encode())])
    item = row.items.get()
    for wrong in (Columns("we say", "we say"), Columns("a", "b", ("a",)), Columns("x" * 201, "b")):
        with pytest.raises(BadInput):
            item_columns_set(actor=OLGA, item_id=item.pk, columns=wrong)
    for outsider in (Actor(user_id=2, role=Role.REVIEWER), Actor(label="visitor")):
        with pytest.raises(NotAllowed):
            item_columns_set(actor=outsider, item_id=item.pk, columns=Columns("client asks", "we say"))
    with pytest.raises(NotFound):
        item_columns_set(actor=OLGA, item_id=ImportItem().pk, columns=Columns())
    (tmp_path / "b.csv").write_text(TABLE)
    import_start(actor=OLGA, collection=collection, paths=[tmp_path / "b.csv"])
    imports_run()
    with pytest.raises(Conflict):
        item_columns_set(actor=OLGA, item_id=ImportItem.objects.get(name="b.csv").pk, columns=Columns())
    item.refresh_from_db()
    assert (item.question, item.ignored) == ("", [])


def test_the_columns_of_one_sheet_need_not_stand_in_the_others() -> None:
    data = workbook(
        Help=[["asks", "says"], ["Where is it?", "It is in Kunshan."]],
        Prices=[["lamp", "price"], ["Ember", "99"]],
        Empty=[],
    )
    read = extract_xlsx(data, Columns("asks", "says"))
    kinds = [(block.kind, block.question or block.text) for block in read.blocks]
    assert ("pair", "Where is it?") in kinds and ("unit", "lamp: Ember; price: 99") in kinds
    assert read.table and [(sheet.headers, sheet.rows) for sheet in read.table.sheets] == [
        (("asks", "says"), (("Where is it?", "It is in Kunshan."),)),
        (("lamp", "price"), (("Ember", "99"),)),
    ]
    with pytest.raises(Refused):
        extract_xlsx(data, Columns("asks", "price"))


def test_a_table_of_questions_can_be_read_as_rows_and_its_usual_columns_passed_over() -> None:
    data = b'{"question": "Who?", "answer": "Lin Yu.", "by": "Anna"}\n'
    usual = extract_jsonl(data)
    assert usual.table and [(sheet.question, sheet.answer) for sheet in usual.table.sheets] == [
        ("question", "answer")
    ]
    rows = extract_jsonl(data, Columns(rows=True, ignored=("BY ",)))
    assert [block.text for block in rows.blocks] == ["question: Who?; answer: Lin Yu."]
    assert rows.table and [(sheet.question, sheet.answer) for sheet in rows.table.sheets] == [("", "")]
    assert [block.kind for block in extract_jsonl(data, Columns(ignored=("answer",))).blocks] == ["unit"]


cells = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8)


@given(st.lists(cells, min_size=2, max_size=6, unique_by=str.lower), st.data())
def test_nothing_of_a_column_that_is_ignored_is_read(headers: list[str], data: st.DataObject) -> None:
    ignored = data.draw(st.sets(st.sampled_from(headers), max_size=len(headers) - 1))
    file = io.StringIO()
    csv.writer(file).writerows([headers, [f"cell-{place}-" for place, _ in enumerate(headers)]])
    read = extract_csv(file.getvalue().encode(), Columns(ignored=tuple(ignored), rows=True))
    said = " ".join(block.text for block in read.blocks)
    left = [place for place, header in enumerate(headers) if f"cell-{place}-" in said]
    gone = {header.lower() for header in ignored} | {"document", "文档"}
    assert left == [place for place, header in enumerate(headers) if header.lower() not in gone]
