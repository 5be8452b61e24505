"""A passage from a spreadsheet knows in which rows its sentences stand, counted as the spreadsheet counts them."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.actor import SYSTEM
from apps.knowledge.ingest.extract.table import extract_csv, extract_jsonl, extract_xlsx
from apps.knowledge.ingest.passages import Splitting, cut_document, whole_piece
from apps.knowledge.ingest.reading import Reading
from apps.knowledge.models import Passage
from apps.knowledge.services import collection_import, passage_edit, passage_restore, search

from .workbooks import workbook

CELL = st.text(st.sampled_from("ab中 .,\n"), max_size=12)
TABLE = b"product,price\n\nEmber lamp,CNY 299\nHarbor lamp,CNY 239\n,\nDrift purifier,CNY 1299\n"
FAQ = b"question,answer\n\nHow long is the warranty?,It lasts for two years. Keep the receipt in its box.\n"


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), max_size=40), st.sampled_from([200, 900]))
def test_each_sentence_stands_in_the_row_that_it_is_said_to(rows: list[list[str]], size: int) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["name", "price"], *rows])
    for piece in cut_document(extract_csv(file.getvalue().encode()), Splitting(size, 1)):
        assert len(piece.rows) == len(piece.spans)
        for row, (start, end) in zip(piece.rows, piece.spans, strict=True):
            cells = "".join(rows[row - 2]) if row > 1 else "nameprice"
            said = piece.text[start:end].partition(": ")[2] or piece.text[start:end]
            assert said[0] in cells


def test_empty_rows_count_and_a_row_is_a_record_of_the_file() -> None:
    [piece] = cut_document(extract_csv(TABLE))
    assert piece.rows == (3, 4, 6)
    assert cut_document(extract_csv(b'a,b\n"one\ntwo",long enough to stand\nx,it is the third row now'))[
        0
    ].rows == (2, 3)


def test_all_sentences_of_an_answer_stand_in_the_row_of_its_pair() -> None:
    [piece] = cut_document(extract_csv(FAQ))
    assert (piece.heading, piece.rows) == ("How long is the warranty?", (3, 3))


def test_a_row_of_json_lines_is_a_line() -> None:
    lines = b'{"name": "Ember lamp", "price": "CNY 299"}\n\n{"name": "Harbor lamp", "price": "CNY 239"}\n'
    assert cut_document(extract_jsonl(lines))[0].rows == (1, 3)


def test_a_sheet_is_counted_from_its_first_row_however_much_is_empty_above() -> None:
    prices = [[], [], ["product", "price"], [], ["Ember lamp", "CNY 299"]]
    data = workbook(Prices=prices, Old=[["lamp", "price"], ["Harbor lamp", "CNY 239"]])
    found = cut_document(extract_xlsx(data))
    assert [(piece.heading, piece.rows) for piece in found] == [("Prices", (5,)), ("Old", (2,))]


def test_rows_come_through_the_parsing_child_as_they_are() -> None:
    pieces = cut_document(extract_csv(TABLE))
    assert Reading.unpacked(Reading("", pieces=pieces).packed()).pieces == pieces


def test_what_staff_wrote_keeps_the_rows_where_they_are_known() -> None:
    assert whole_piece("", "One is here. Two is here.", None, [4, 5]).rows == (4, 5)
    assert whole_piece("", "One is here. Two is here. Three is here.", None, [4, 5]).rows == ()
    assert whole_piece("", "One is here. Two is here. Three is here.", None, [4, 4]).rows == (4, 4, 4)


@pytest.mark.django_db
def test_a_search_says_the_row_of_each_sentence_also_after_an_edit_was_put_back(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_bytes(TABLE)
    collection_import(actor=SYSTEM, collection="shop", paths=[tmp_path])
    passage = Passage.objects.get()
    assert (passage.rows, passage.row_range) == ([3, 4, 6], (3, 6))
    passage_edit(actor=SYSTEM, passage_id=passage.pk, text="All lamps cost CNY 100 now.")
    assert Passage.objects.get().rows == []
    passage_restore(actor=SYSTEM, passage_id=passage.pk)
    [found] = search(
        collection_ids=[passage.collection_id], question="What is the price of the Harbor lamp?"
    ).passages
    best = min(found.sentences, key=lambda sentence: sentence.rank)
    assert "Harbor" in best.text and best.row == 4 and found.rows == (3, 6)
