"""What each format gives: its text in reading order, and nothing of the page around it."""

import io

import docx
import pytest

from apps.knowledge.ingest.blocks import Block, Refused
from apps.knowledge.ingest.decode import decode
from apps.knowledge.ingest.extract import docx as word
from apps.knowledge.ingest.extract import html, markdown, pdf, text
from apps.knowledge.ingest.extract.sheets import table
from apps.knowledge.ingest.sniff import sniff

from .hostile.pdfs import pdf as made_pdf


def texts(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks]


def test_front_matter_gives_the_title_and_does_not_become_text() -> None:
    found = markdown.extract("---\ntitle: 退款\n---\n\n原路退回。".encode())
    assert (found.title, texts(found.blocks)) == ("退款", ["原路退回。"])


def test_mdx_tags_and_imports_are_dropped_and_their_text_stays() -> None:
    source = b'import X from "y"\n\n# T\n\n<Info>\n    Change the **default** in [Settings](/s).\n</Info>\n'
    assert texts(markdown.extract(source).blocks) == ["Change the default in Settings."]


def test_a_markdown_table_gives_a_line_a_row() -> None:
    source = b"| Mode | Sound |\n|---|---|\n| Sleep | 22 dB |\n| Turbo | 58 dB |\n"
    assert texts(markdown.extract(source).blocks) == ["Mode: Sleep; Sound: 22 dB", "Mode: Turbo; Sound: 58 dB"]


def test_html_keeps_the_main_part_only() -> None:
    page = (
        b"<html><head><title>Lamp | Help</title><script>var a</script></head><body><nav>Menu</nav>"
        b"<main><p>The lamp is warm.</p></main><footer>Careers</footer></body></html>"
    )
    found = html.extract(page)
    assert (found.title, texts(found.blocks)) == ("Lamp", ["The lamp is warm."])


def test_hard_wrapped_lines_are_joined_and_lines_of_their_own_are_not() -> None:
    wrapped = b"This line of the paragraph is as long as the page\nis wide and goes on here."
    apart = b"Ember E1: the box contains the lamp and a cable.\nHarbor H1: the box contains the lamp."
    assert len(text.extract(wrapped).blocks) == 1
    assert len(text.extract(apart).blocks) == 2


@pytest.mark.parametrize(
    ("source", "title", "lines"),
    [
        (b"Reception desk 4400", "", ["Reception desk 4400"]),
        (b"Numbers\n\nReception desk 4400", "Numbers", ["Reception desk 4400"]),
        (b"Numbers\n\nDesk\n\nThe desk has the number 4400.", "Numbers", ["Desk", "The desk has the number 4400."]),
    ],
)
def test_short_lines_are_text_where_there_is_no_other(source: bytes, title: str, lines: list[str]) -> None:
    found = text.extract(source)
    assert (found.title, texts(found.blocks)) == (title, lines)
    assert found.blocks[-1].kind == "text"


def test_word_keeps_headings_lists_and_tables_in_order() -> None:
    document = docx.Document()
    document.add_heading("Returns", level=1)
    document.add_paragraph("Within 30 days.")
    grid = document.add_table(rows=2, cols=2)
    for row, cells in zip(grid.rows, [("Mode", "Sound"), ("Sleep", "22 dB")], strict=True):
        for cell, value in zip(row.cells, cells, strict=True):
            cell.text = value
    document.add_paragraph("After the table.")
    buffer = io.BytesIO()
    document.save(buffer)
    found = word.extract(buffer.getvalue())
    assert found.title == "Returns"
    assert texts(found.blocks) == ["Within 30 days.", "Mode: Sleep; Sound: 22 dB", "After the table."]


def test_a_csv_with_semicolons_is_read_by_its_header() -> None:
    assert texts(table.extract_csv(b"part;price\nDF2;169\nWF1;29\n").blocks)[0] == "part: DF2; price: 169"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_the_encodings_in_use_are_told_apart(encoding: str) -> None:
    text = (
        "签收后三十天内的商品都可以退货，运费由买家承担。"
        if encoding != "big5"
        else "商品可以退貨，運費由買家承擔，請保留原包裝。"
    )
    assert decode((text * 5).encode(encoding)).lstrip("\ufeff") == text * 5


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.exe", b"MZ", "type"),
        ("a.pdf", b"<html>not a pdf</html>", "content"),
        ("a.md", b"%PDF-1.7", "content"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"a\0b", "binary"),
    ],
)
def test_a_file_whose_content_is_not_what_its_name_says_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sniff(name, data)
    assert refused.value.code == code


def test_a_pdf_is_called_what_it_calls_itself() -> None:
    data = made_pdf(b"", b"<</Title(Returns and refunds)>>", trailer=b"/Info 6 0 R")
    assert pdf.extract(data).title == "Returns and refunds"
