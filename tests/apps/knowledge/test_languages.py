"""Each part of a document is of the language that it is written in, whatever the rest of it is."""

from pathlib import Path

import pytest

from apps.core.actor import SYSTEM
from apps.knowledge.ingest.extract.markdown import extract as extract_markdown
from apps.knowledge.ingest.extract.sheets.table import extract_csv, extract_xlsx
from apps.knowledge.ingest.passages import cut_document, whole_piece
from apps.knowledge.ingest.reading import Task, read
from apps.knowledge.models import Passage
from apps.knowledge.services import collection_import, passage_edit, passage_restore

from .workbooks import workbook

LAMPS = [["Article", "Name", "Warranty"], ["LC-40", "Ceiling lamp for the office", "3 years"]]
SERVICES = [["服务", "价格（元）", "说明"], ["夜间加急上门", "480", "每次，22:00 以后"]]
STOCK = [["SKU", "Qty"], ["SP-1001", "12"], ["SP-1002", "7"]]
ENGLISH = "The lamp may be returned within thirty days of its delivery to you.\n\n"
CHINESE = "收到灯具之日起三十天内可以退货，运费由买家承担。\n\n"


def languages(data: bytes) -> dict[str, str]:
    return {piece.heading: piece.language for piece in cut_document(extract_xlsx(data))}


def test_each_sheet_of_a_workbook_has_its_own_language() -> None:
    assert languages(workbook(Products=LAMPS, Services=SERVICES)) == {"Products": "en", "Services": "zh"}


def test_a_sheet_of_codes_and_numbers_has_the_documents() -> None:
    assert languages(workbook(Stock=STOCK, Services=SERVICES))["Stock"] == "zh"
    assert languages(workbook(Stock=STOCK, Products=LAMPS))["Stock"] == "en"


@pytest.mark.parametrize(
    ("heading", "text"),
    [("Returns", "Returns within 30 days."), ("Warranty", "24 months."), ("Delivery", "Free delivery")],
)
def test_a_short_english_section_of_a_chinese_page_is_english(heading: str, text: str) -> None:
    page = f"# 帮助\n\n## 退货\n\n{CHINESE * 3}## {heading}\n\n{text}\n"
    assert [piece.language for piece in cut_document(extract_markdown(page.encode()))] == ["zh", "en"]


@pytest.mark.parametrize(
    "text", ["LC-40: 12 mm", "Mail: info@lamp.example", "MacBook Pro", "https://lamp.example/en/help"]
)
def test_codes_sizes_names_and_addresses_alone_tell_no_language(text: str) -> None:
    page = f"# 帮助\n\n{CHINESE * 3}## Lumen\n\n{text}\n"
    assert [piece.language for piece in cut_document(extract_markdown(page.encode()))] == ["zh", "zh"]


def test_rows_of_codes_belong_to_the_rows_above_them() -> None:
    lamp, other = (
        "Lamp,It stands on the desk in the office and can be dimmed",
        "台灯,放在办公室书桌上的灯，可以调光",
    )
    rows = ["Name,Note", lamp, "X-1,7", other, "X-2,8"]
    first, second = cut_document(extract_csv("\n".join(rows).encode()))
    assert (first.language, first.rows) == ("en", (2, 3))
    assert (second.language, second.rows) == ("zh", (4, 5))


def test_a_section_in_both_languages_is_parted_and_keeps_its_order() -> None:
    pieces = cut_document(extract_markdown(f"# Returns\n\n{ENGLISH}{CHINESE}{ENGLISH}".encode()))
    assert [(piece.language, piece.text) for piece in pieces] == [
        ("en", ENGLISH.strip()),
        ("zh", CHINESE.strip()),
        ("en", ENGLISH.strip()),
    ]


@pytest.mark.parametrize("other", ["Lamp off.", "`lamp off`", "工具: tool_name; Name: the name of the tool"])
def test_a_word_of_the_other_language_tears_nothing_apart(other: str) -> None:
    [piece] = cut_document(
        extract_markdown(f"# 退货\n\n{CHINESE}{other}\n\n{CHINESE.replace('灯具', '水壶')}".encode())
    )
    assert piece.language == "zh"


def test_a_section_of_code_alone_has_the_language_of_its_page() -> None:
    code = "```\nif lamp is on and the door is open:\n    turn it off\n```\n"
    pieces = cut_document(extract_markdown(f"# 指南\n\n{CHINESE}## Trigger\n\n{code}".encode()))
    assert [piece.language for piece in pieces] == ["zh", "zh"]


def test_what_somebody_writes_in_place_of_a_passage_keeps_its_language_unless_it_tells_another() -> None:
    assert whole_piece("", "SP-1001: 12", None, "zh").language == "zh"
    assert whole_piece("", "The lamp is out of stock.", None, "zh").language == "en"
    assert whole_piece("", "Call us", None, "zh").language == "en"


def test_a_preview_tells_both_languages(tmp_path: Path) -> None:
    data = workbook(Products=LAMPS, Services=SERVICES)
    assert read(Task("prices.xlsx", "prices.xlsx"), data).languages == ["en", "zh"]


@pytest.mark.django_db
def test_an_edit_and_the_next_import_leave_each_sheet_its_language(tmp_path: Path) -> None:
    (tmp_path / "prices.xlsx").write_bytes(workbook(Stock=STOCK, Services=SERVICES))
    collection_import(actor=SYSTEM, collection="shop", paths=[tmp_path])
    stock = Passage.objects.get(heading="Stock")
    passage_edit(actor=SYSTEM, passage_id=stock.pk, text="SKU: SP-1001; Qty: 13")
    assert Passage.objects.get(heading="Stock").language == "zh"
    (tmp_path / "prices.xlsx").write_bytes(workbook(Stock=STOCK, Services=SERVICES, Products=LAMPS))
    collection_import(actor=SYSTEM, collection="shop", paths=[tmp_path])
    found = {passage.heading: (passage.language, "13" in passage.text) for passage in Passage.objects.all()}
    assert found == {"Stock": ("zh", True), "Services": ("zh", False), "Products": ("en", False)}
    passage_restore(actor=SYSTEM, passage_id=Passage.objects.get(heading="Stock").pk)
    assert Passage.objects.get(heading="Stock").language == "zh"
