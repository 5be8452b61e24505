"""Word as people write it: tracked changes, text boxes, footnotes, tables, and headings that no style names."""

import io
import zipfile
from collections.abc import Sequence

import docx
import pytest

from apps.knowledge.ingest.extract import docx as word

from .test_office_files import PROSE, told

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def saved(document: docx.document.Document, **changes: tuple[str, str]) -> bytes:
    """With text of the main part replaced."""
    written, changed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "word/document.xml":
                for old, new in changes.values():
                    assert old.encode() in content
                    content = content.replace(old.encode(), new.encode())
            after.writestr(name, content)
    return changed.getvalue()


def paragraphs(*texts: str) -> docx.document.Document:
    document = docx.Document()
    for one in texts:
        document.add_paragraph(one)
    return document


def test_word_without_styles_has_the_headings_that_its_numbers_make() -> None:
    document = paragraphs(
        "一、总则", PROSE, "（一）范围", PROSE, "1、退货条件", PROSE, "2、换货条件", PROSE, "二、附则", PROSE
    )
    assert [heading for heading, _text in told(word.extract(saved(document)))] == [
        "一、总则",
        "一、总则 › （一）范围",
        "一、总则 › （一）范围 › 1、退货条件",
        "一、总则 › （一）范围 › 2、换货条件",
        "二、附则",
    ]


def test_a_list_that_was_numbered_by_hand_is_a_list_to_its_last_item() -> None:
    items = ["1. Unplug the lamp first", "2. Let it cool well down", "3. Take out the old bulb"]
    found = word.extract(saved(paragraphs(PROSE, *items, PROSE)))
    assert [(block.kind, block.text) for block in found.blocks] == [
        ("text", PROSE),
        *(("unit", item[3:]) for item in items),
        ("text", PROSE),
    ]


def test_what_was_put_in_is_read_and_what_was_struck_out_is_not() -> None:
    document = paragraphs("Kept words and more of them", "mark")
    run = "<w:r><w:t>It was put in later.</w:t></w:r>"
    gone = "<w:r><w:delText>It was struck out.</w:delText></w:r>"
    tracked = f'<w:ins w:id="1" w:author="a">{run}</w:ins><w:del w:id="2" w:author="a">{gone}</w:del>'
    found = word.extract(
        saved(document, put=("<w:r><w:t>mark</w:t></w:r>", f"<w:r><w:t>mark</w:t></w:r>{tracked}"))
    )
    assert [block.text for block in found.blocks] == ["Kept words and more of them", "markIt was put in later."]


def test_content_controls_and_text_boxes_are_text_and_a_box_is_read_once() -> None:
    document = paragraphs(PROSE, "mark")
    box = "<w:txbxContent><w:p><w:r><w:t>The box says it.</w:t></w:r></w:p></w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    both = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="wps">{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    control = "<w:sdt><w:sdtContent><w:p><w:r><w:t>The control says it.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    data = saved(document, more=("<w:p><w:r><w:t>mark</w:t></w:r></w:p>", both + control))
    assert [block.text for block in word.extract(data).blocks] == [
        PROSE,
        "The box says it.",
        "The control says it.",
    ]


def test_how_a_sign_is_pronounced_and_what_is_hidden_is_not_read() -> None:
    def run(said: str, looks: str = "") -> str:
        return f"<w:r><w:rPr>{looks}</w:rPr><w:t>{said}</w:t></w:r>"

    ruby = f"<w:ruby><w:rubyPr/><w:rt>{run('hàn')}</w:rt><w:rubyBase>{run('汉')}</w:rubyBase></w:ruby>"
    shown = run("请提前报名。", '<w:vanish w:val="0"/>')
    written = f"<w:r>{ruby}</w:r>{run('语课程周一开始，')}{run('每人成本12元，', '<w:vanish/>')}{shown}"
    data = saved(paragraphs("mark"), put=("<w:r><w:t>mark</w:t></w:r>", written))
    assert [block.text for block in word.extract(data).blocks] == ["汉语课程周一开始，请提前报名。"]


def test_what_a_style_hides_is_not_read_unless_its_letters_are_shown() -> None:
    document = docx.Document()
    notes, own = document.styles.add_style("Notes", 1), document.styles.add_style("Aside", 2)
    for style in (notes, own):
        style.font.hidden = True
    below = document.styles.add_style("Teacher", 1)
    below.base_style = notes
    document.add_paragraph("The course begins on Monday.")
    document.add_paragraph("Each costs us 12 euros.", style="Teacher")
    mixed = document.add_paragraph("Please sign up")
    mixed.add_run(" (they seldom do)", style="Aside")
    mixed.add_run(" in time.")
    document.add_paragraph(style="Notes").add_run("Bring a pen.").font.hidden = False
    table = document.add_table(2, 2)
    for cell, said in zip(
        (cell for row in table.rows for cell in row.cells), ("Room", "Key", "3", "On time"), strict=True
    ):
        cell.text = said
    table.rows[1].cells[1].paragraphs[0].add_run(" 4711", style="Aside")
    assert [block.text for block in word.extract(saved(document)).blocks] == [
        "The course begins on Monday.",
        "Please sign up in time.",
        "Bring a pen.",
        "Room: 3; Key: On time",
    ]


def test_a_run_outside_of_every_paragraph_refuses_no_file() -> None:
    document = paragraphs("The course begins on Monday.", "Bring a pen.")
    document.styles.add_style("Aside", 2).font.hidden = True
    data = saved(document, odd=("<w:sectPr", "<w:r><w:t>Astray</w:t></w:r><w:sectPr"))
    assert [block.text for block in word.extract(data).blocks][:2] == [
        "The course begins on Monday.",
        "Bring a pen.",
    ]


def test_footnotes_and_boxes_of_cells_stand_behind_their_table() -> None:
    box = "<w:pict><w:txbxContent><w:p><w:r><w:t>The box of a cell.</w:t></w:r></w:p></w:txbxContent></w:pict>"
    beside = f'30</w:t></w:r><w:r>{box}</w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    gone = '<w:del w:id="1" w:author="a"><w:r><w:footnoteReference w:id="3"/></w:r></w:del>'
    data = saved(table_of([["Part", "Price"], ["Lamp", "30"]]), cell=("30</w:t></w:r>", beside + gone))
    notes = {"2": "The price has the tax.", "3": "Nobody reads this."}
    assert [block.text for block in word.extract(with_notes(data, notes)).blocks] == [
        "Part: Lamp; Price: 30",
        "The box of a cell.",
        "The price has the tax.",
    ]


def with_notes(data: bytes, notes: dict[str, str]) -> bytes:
    """A Word file with these footnotes, by their numbers."""
    said = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        for number, text in notes.items()
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
    leads = f'<Relationship Id="n" Type="{RELATIONS}/footnotes" Target="footnotes.xml"/></Relationships>'
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            content = before.read(name).decode("utf-8", "surrogateescape")
            if name == "[Content_Types].xml":
                content = content.replace("</Types>", part)
            if name == "word/_rels/document.xml.rels":
                content = content.replace("</Relationships>", leads)
            after.writestr(name, content.encode("utf-8", "surrogateescape"))
        after.writestr("word/footnotes.xml", f"<w:footnotes {WORD}>{said}</w:footnotes>")
    return changed.getvalue()


def table_of(rows: Sequence[Sequence[str]]) -> docx.document.Document:
    document = docx.Document()
    grid = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(grid.rows, rows, strict=True):
        for cell, value in zip(row.cells, cells, strict=True):
            cell.text = value
    return document


def made_table(rows: Sequence[Sequence[str]], merged: bool = False) -> bytes:
    document = table_of(rows)
    if merged:
        [first, *_others, last] = document.tables[0].rows[0].cells
        first.merge(last)
    return saved(document)


@pytest.mark.parametrize(
    ("rows", "merged", "texts"),
    [
        ([["A note in a box. It says two things."]], False, ["A note in a box. It says two things."]),
        (
            [["Prices of this year", ""], ["Part", "Price"], ["Lamp", "30"]],
            True,
            ["Prices of this year", "Part: Lamp; Price: 30"],
        ),
    ],
)
def test_boxes_and_captions_of_tables_are_no_headers(rows: list[list[str]], merged: bool, texts: list[str]) -> None:
    assert [block.text for block in word.extract(made_table(rows, merged)).blocks] == texts
