"""A passage from a spreadsheet knows in which rows its sentences stand, counted as the spreadsheet counts them."""

import csv
import io
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from apps.console.reading.passages import rows_of
from apps.core.actor import SYSTEM
from apps.knowledge.ingest.blocks import clean
from apps.knowledge.ingest.extract.rows import row_text
from apps.knowledge.ingest.extract.sheets.table import extract_csv, extract_jsonl, extract_xlsx
from apps.knowledge.ingest.passages import Splitting, cut_document, whole_piece
from apps.knowledge.ingest.reading import Reading
from apps.knowledge.models import Passage
from apps.knowledge.retrieval.search import search
from apps.knowledge.services import collection_import, passage_edit, passage_restore

from .workbooks import workbook

CELL = st.text(st.sampled_from("ab中 .,\n"), max_size=12)
TABLE = b"product,price\n\nEmber lamp,CNY 299\nHarbor lamp,CNY 239\n,\nDrift purifier,CNY 1299\n"
FAQ = b"question,answer\n\nHow long is the warranty?,It lasts for two years. Keep the receipt in its box.\n"


@given(st.lists(st.lists(CELL, min_size=1, max_size=2), max_size=40), st.sampled_from([200, 900]))
def test_each_sentence_says_the_row_that_it_is_said_to_stand_in(rows: list[list[str]], size: int) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["name", "price"], *rows])
    for piece in cut_document(extract_csv(file.getvalue().encode()), Splitting(size, 1)):
        assert len(piece.rows) == len(piece.spans)
        for row, (start, end) in zip(piece.rows, piece.spans, strict=True):
            cells = [clean(cell) for cell in rows[row - 2]] if row > 1 else []
            assert piece.text[start:end] == (row_text(["name", "price"], cells) if cells else "name; price")


def test_rows_of_few_words_are_sentences_of_their_own() -> None:
    [piece] = cut_document(extract_csv("city\nBerlin\nHamburg\nKöln\nMünchen\n".encode()))
    said = [piece.text[start:end] for start, end in piece.spans]
    assert said == ["city: Berlin", "city: Hamburg", "city: Köln", "city: München"]
    assert piece.rows == (2, 3, 4, 5)


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


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            "Opening hours,\nMonday,9-17\nTuesday,10-18\nSunday,closed",
            ["Opening hours: Monday; 9-17", "Opening hours: Tuesday; 10-18", "Opening hours: Sunday; closed"],
        ),
        ("Service,\nWashing,5 EUR\nIroning,7 EUR", ["Service: Washing; 5 EUR", "Service: Ironing; 7 EUR"]),
        ("Service\nWashing,5 EUR\nIroning,7 EUR", ["Service: Washing; 5 EUR", "Service: Ironing; 7 EUR"]),
        ("Care\nWash it, then dry it\nIron it", ["Care: Wash it, then dry it", "Care: Iron it"]),
        ("Service,\nWashing,free\nIroning,7 EUR", ["Service: Washing; free", "Service: Ironing; 7 EUR"]),
        ("Care,\nWashing,by hand\nIroning,cold", ["Care: Washing; by hand", "Care: Ironing; cold"]),
        ("时间,,\n周一,上午,下午\n周二,上午,休息", ["时间: 周一; 上午; 下午", "时间: 周二; 上午; 休息"]),
    ],
)
def test_a_word_above_the_first_of_the_things_is_their_header(data: str, said: list[str]) -> None:
    assert [block.text for block in extract_csv(data.encode()).blocks] == said


@pytest.mark.parametrize(
    "data",
    [
        "价目表,\n服务,价格\n加急,30",
        "价目表,,\n服务,价格,备注\n加急,30,当天",
        "价目表\n\n服务,价格\n加急,三十元",
        "Prices of 2026,\nvalid from May,\nService,Price 2026\nWashing,5",
        "FAQ,\nquestion,answer\nMay I?,You may.",
    ],
)
def test_what_stands_above_headers_is_the_title_of_their_table(data: str) -> None:
    title, *rest = extract_csv(data.encode()).blocks
    assert title.text == data.partition("\n")[0].rstrip(",")
    assert not any(title.text in f"{block.question} {block.text}" for block in rest)


def test_rows_come_through_the_parsing_child_as_they_are() -> None:
    pieces = cut_document(extract_csv(TABLE))
    assert Reading.unpacked(Reading("", pieces=pieces).packed()).pieces == pieces


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Two is here. One is here.", (5, 4)),
        ("One is here. Something else. Two is here.", (4, 0, 5)),
        ("Two is here. Two is here.", (5, 0)),
        ("Nothing of it. All is new.", ()),
    ],
)
def test_a_sentence_keeps_its_row_while_it_stays_as_it_is(text: str, rows: tuple[int, ...]) -> None:
    assert whole_piece("", text, None, "en", [("One is here.", 4), ("Two is here.", 5)]).rows == rows


def test_all_that_is_written_in_the_place_of_one_row_stands_in_it() -> None:
    before = [("One is here.", 4), ("Two is here.", 4)]
    assert whole_piece("", "All is new. One is here.", None, "en", before).rows == (4, 4)


@pytest.mark.django_db
def test_a_search_says_the_row_of_each_sentence_also_after_an_edit_was_put_back(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_bytes(TABLE)
    collection_import(actor=SYSTEM, collection="shop", paths=[tmp_path])
    passage = Passage.objects.get()
    assert (passage.rows, passage.row_range) == ([3, 4, 6], (3, 6))
    passage_edit(actor=SYSTEM, passage_id=passage.pk, text="All lamps cost CNY 100 now.")
    assert Passage.objects.get().rows == []
    turned = "\n".join([*reversed(passage.text.split("\n")), "All of them are in stock."])
    edited = passage_edit(actor=SYSTEM, passage_id=passage.pk, text=turned)
    assert (edited.rows, edited.row_range, rows_of(edited)) == ([6, 4, 3, 0], (3, 6), [])
    [found] = search(collection_ids=[passage.collection_id], question="Are all of them in stock?").passages
    assert {sentence.row for sentence in found.sentences if "stock" in sentence.text} == {None}
    passage_restore(actor=SYSTEM, passage_id=passage.pk)
    [found] = search(
        collection_ids=[passage.collection_id], question="What is the price of the Harbor lamp?"
    ).passages
    best = min(found.sentences, key=lambda sentence: sentence.rank)
    assert "Harbor" in best.text and best.row == 4 and found.rows == (3, 6)


@pytest.mark.django_db
def test_a_worker_of_the_version_before_goes_on_writing_passages(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_bytes(TABLE)
    collection_import(actor=SYSTEM, collection="shop", paths=[tmp_path])
    names = [field.column for field in Passage._meta.local_fields if field.column != "rows"]
    own = {"id": "gen_random_uuid()", "position": "position + 1"}
    columns, values = ", ".join(names), ", ".join(own.get(name, name) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO knowledge_passage ({columns}) SELECT {values} FROM knowledge_passage")
    assert Passage.objects.get(position=1).rows == []
