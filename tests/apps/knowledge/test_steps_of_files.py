"""The numbers of steps that Word, slides and PDF show, and passages that an earlier reader made without them."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from apps.accounts.models import Role
from apps.core.actor import SYSTEM, Actor
from apps.knowledge.ingest.extract import docx as word
from apps.knowledge.ingest.extract import pdf, pptx
from apps.knowledge.ingest.passages import cut_document
from apps.knowledge.models import Document, Passage, PassageVector
from apps.knowledge.services import collection_import, passage_edit, paths_foresee

from .made_pdfs import made
from .test_word_files import saved

OPEN, CHOOSE, PRESS = "Open the page of rooms.", "Choose the day and the time.", "Press the green button."
THREE = f"1. {OPEN}\n2. {CHOOSE}\n3. {PRESS}"
OLGA = Actor(user_id=1, label="olga", role=Role.OPERATOR)


def word_list(*items: tuple[str, str]) -> docx.document.Document:
    document = docx.Document()
    for style, said in items:
        document.add_paragraph(said, style=style)
    return document


def told(document: docx.document.Document) -> list[str]:
    return [piece.text for piece in cut_document(word.extract(saved(document)))]


def test_word_numbers_a_list_by_its_style_and_bullets_are_no_steps() -> None:
    numbered = word_list(("List Number", OPEN), ("List Bullet", PRESS), ("List Number", CHOOSE), ("Normal", PRESS))
    assert told(numbered) == [f"1. {OPEN}\n   {PRESS}\n2. {CHOOSE}\n{PRESS}"]
    assert told(word_list(("List Bullet", OPEN), ("List Bullet", CHOOSE))) == [f"{OPEN}\n{CHOOSE}"]


def numbering(document: docx.document.Document, *levels: str, start: int = 1) -> str:
    """A list of its own, with these kinds of numbers, by its id."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    own = str(900 + len(root))
    abstract.set(qn("w:abstractNumId"), own)
    for place, kind in enumerate(levels):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(place))
        for name, value in (("w:start", str(start)), ("w:numFmt", kind)):
            part = OxmlElement(name)
            part.set(qn("w:val"), value)
            level.append(part)
        abstract.append(level)
    root.insert(0, abstract)
    return str(root.add_num(int(own)).numId)


def listed(document: docx.document.Document, said: str, number: str, level: int = 0) -> None:
    properties = document.add_paragraph(said)._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = int(number)


def test_word_counts_each_level_anew_below_the_one_above() -> None:
    document = docx.Document()
    own = numbering(document, "decimal", "lowerLetter")
    for said, level in ((OPEN, 0), (CHOOSE, 1), (PRESS, 1), (CHOOSE, 0), (OPEN, 1), (CHOOSE, 1)):
        listed(document, said, own, level)
    assert told(document) == [
        f"1. {OPEN}\n   1. {CHOOSE}\n   2. {PRESS}\n2. {CHOOSE}\n   1. {OPEN}\n   2. {CHOOSE}"
    ]


def test_word_lists_in_chinese_numerals_count_and_one_may_begin_anywhere() -> None:
    document = docx.Document()
    own = numbering(document, "chineseCounting", start=4)
    listed(document, OPEN, own)
    document.add_paragraph(PRESS)
    listed(document, CHOOSE, own)
    assert told(document) == [f"4. {OPEN}\n   {PRESS}\n5. {CHOOSE}"]


def test_steps_that_were_numbered_by_hand_in_word_are_steps() -> None:
    document = docx.Document()
    for said in ("第一步：打开预约页面。", "第二步：选择日期和时段。"):
        document.add_paragraph(said)
    assert told(document) == ["1. 打开预约页面。\n2. 选择日期和时段。"]


SLIDE = """<p:sld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr/>
 </p:nvSpPr><p:txBody>{}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"""
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHOW = f"""<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="{LINK}">
 <p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>"""
LINKS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
 <Relationship Id="r1" Target="slides/slide1.xml"/></Relationships>"""


def slide(*paragraphs: tuple[str, str]) -> list[str]:
    """The passages of one, whose paragraphs have these properties."""
    shown = "".join(f"<a:p><a:pPr {how}</a:pPr><a:r><a:t>{said}</a:t></a:r></a:p>" for how, said in paragraphs)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("ppt/presentation.xml", SHOW)
        file.writestr("ppt/_rels/presentation.xml.rels", LINKS)
        file.writestr("ppt/slides/slide1.xml", SLIDE.format(shown))
    return [piece.text for piece in cut_document(pptx.extract(written.getvalue()))]


def test_slides_number_their_paragraphs_level_by_level() -> None:
    counts, deeper = '><a:buAutoNum type="arabicPeriod"/>', 'lvl="1"><a:buAutoNum type="alphaLcPeriod"/>'
    found = slide((counts, OPEN), (deeper, PRESS), (deeper, CHOOSE), (counts, CHOOSE), (">", PRESS))
    assert found == [f"1. {OPEN}\n   1. {PRESS}\n   2. {CHOOSE}\n2. {CHOOSE}\n{PRESS}"]
    assert slide(('><a:buAutoNum type="arabicPeriod" startAt="4"/>', OPEN), (counts, CHOOSE)) == [
        f"4. {OPEN}\n5. {CHOOSE}"
    ]
    assert slide(('><a:buChar char="•"/>', OPEN), ('><a:buChar char="•"/>', CHOOSE)) == [f"{OPEN}\n{CHOOSE}"]


def test_the_lines_of_a_page_that_count_on_from_1_are_steps() -> None:
    lines = ["To book a room:", f"1. {OPEN}", f"2. {CHOOSE}", f"3. {PRESS}", "Closed on Sundays and on holidays."]
    page = [(50.0, 700.0 - 14 * place, said) for place, said in enumerate(lines)]
    [piece] = cut_document(pdf.extract(made(page)))
    assert piece.text == f"To book a room:\n{THREE}\nClosed on Sundays and on holidays."


def test_numbers_on_a_page_that_do_not_count_from_1_are_none() -> None:
    lines = ["7. Lamps are warm at night.", "8. Fans are silent at night."]
    [piece] = cut_document(pdf.extract(made([(50, 700 - 14 * place, said) for place, said in enumerate(lines)])))
    assert "7." not in piece.text and not piece.text.startswith("1.")


@pytest.fixture
def rooms(db: None, tmp_path: Path) -> Path:
    """Imported by the reader before: a procedure without its numbers, and a page that has none."""
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "rooms.md").write_text(f"# Rooms\n\n{THREE}\n")
    (folder / "lamp.md").write_text("# Lamp\n\nThe lamp is warm at night.\n")
    collection_import(actor=SYSTEM, collection="help", paths=[folder])
    for passage in Passage.objects.filter(document__name__endswith="rooms.md"):
        said = [passage.text[a:b] for a, b in zip(passage.spans[::2], passage.spans[1::2], strict=True)]
        passage.text, passage.spans, at = "\n".join(said), [], 0
        for one in said:
            passage.spans += [at, at + len(one)]
            at += len(one) + 1
        passage.save()
    Document.objects.update(reader=1)
    return folder


def test_an_unchanged_folder_brings_the_numbers_to_what_was_imported_without_them(rooms: Path) -> None:
    before = dict(Passage.objects.values_list("document__name", "pk"))
    vectors = dict(PassageVector.objects.values_list("passage", "pk"))
    assert "changed" in paths_foresee(actor=SYSTEM, collection="help", paths=[rooms]).states().values()
    report = collection_import(actor=SYSTEM, collection="help", paths=[rooms])
    assert ([Path(name).name for name in report.replaced], [Path(name).name for name in report.unchanged]) == (
        ["rooms.md"],
        ["lamp.md"],
    )
    assert THREE in Passage.objects.values_list("text", flat=True)
    assert dict(Passage.objects.values_list("document__name", "pk")) == before  # links of old answers lead there
    kept = Passage.objects.get(document__name__endswith="lamp.md").pk
    assert dict(PassageVector.objects.values_list("passage", "pk"))[kept] == vectors[kept]  # not embedded anew
    again = collection_import(actor=SYSTEM, collection="help", paths=[rooms])
    assert len(again.unchanged) == 2


def test_what_staff_wrote_in_a_procedure_outlives_the_numbers(rooms: Path) -> None:
    passage = Passage.objects.get(document__name__endswith="rooms.md")
    passage_edit(actor=OLGA, passage_id=passage.pk, text=f"{OPEN}\nAsk at the desk.")
    collection_import(actor=SYSTEM, collection="help", paths=[rooms])
    passage.refresh_from_db()
    assert passage.text == f"{OPEN}\nAsk at the desk."


def test_staff_write_steps_as_numbered_lines(rooms: Path) -> None:
    collection_import(actor=SYSTEM, collection="help", paths=[rooms])
    passage = Passage.objects.get(document__name__endswith="rooms.md")
    wanted = f"1. {OPEN}\n   Small ones have two seats.\n2.  {PRESS}"
    edited = passage_edit(actor=OLGA, passage_id=passage.pk, text=wanted)
    assert edited.text == f"1. {OPEN}\n   Small ones have two seats.\n2. {PRESS}"
    said = [edited.text[a:b] for a, b in zip(edited.spans[::2], edited.spans[1::2], strict=True)]
    assert said == [OPEN, "Small ones have two seats.", PRESS]
