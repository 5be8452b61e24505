"""Headings made of bold or larger letters instead of styles: passages know what they stand below."""

import io
import zipfile
from collections.abc import Sequence

import docx
import pytest
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Block
from apps.knowledge.ingest.extract import docx as word
from apps.knowledge.ingest.extract import pdf
from apps.knowledge.ingest.extract.headings import Heading, Line, find_headings
from apps.knowledge.ingest.passages import cut_document

from .hostile.pdfs import pdf as made_pdf
from .hostile.pdfs import stream

PROSE = "The lamp can be returned within thirty days, as long as its box is whole."
MORE = "It is warm at night, and its light can be dimmed by turning the ring at the foot."


def made_docx(paragraphs: Sequence[tuple[str, bool, float | None]]) -> bytes:
    """(text, bold, size in points where it says one), without any style."""
    document = docx.Document()
    for text, bold, size in paragraphs:
        run = document.add_paragraph().add_run(text)
        run.bold = bold or None
        run.font.size = Pt(size) if size else None
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def headings(blocks: Sequence[Block]) -> list[tuple[str, int]]:
    return [(block.text, block.level) for block in blocks if block.kind == "heading"]


def test_bold_and_larger_lines_of_a_word_file_are_headings_of_the_passages_below() -> None:
    found = word.extract(
        made_docx(
            [
                ("Help for lamps", True, 20),
                ("Returns", True, 14),
                (PROSE, False, None),
                ("What it costs", True, None),
                (MORE, False, None),
                ("Repairs", True, 14),
                (PROSE, False, None),
            ]
        )
    )
    assert found.title == "Help for lamps"
    assert [(piece.heading, piece.text) for piece in cut_document(found)] == [
        ("Returns", PROSE),
        ("Returns › What it costs", MORE),
        ("Repairs", PROSE),
    ]


def test_bold_lines_stand_below_the_headings_that_a_style_names() -> None:
    document = docx.Document()
    document.add_heading("Lamps", level=2)
    document.add_paragraph(PROSE)
    document.add_paragraph().add_run("At night").bold = True
    document.add_paragraph(MORE)
    buffer = io.BytesIO()
    document.save(buffer)
    assert headings(word.extract(buffer.getvalue()).blocks) == [("Lamps", 2), ("At night", 3)]


def test_a_bold_style_makes_headings_as_bold_letters_do() -> None:
    document = docx.Document()
    document.styles.add_style("Loud", 1).font.bold = True
    document.add_paragraph(PROSE)
    document.add_paragraph("At night", style="Loud")
    document.add_paragraph(MORE)
    buffer = io.BytesIO()
    document.save(buffer)
    assert headings(word.extract(buffer.getvalue()).blocks) == [("At night", 1)]


@pytest.mark.parametrize(
    "decoration",
    ['<w:sz w:val="21.5"/>', '<w:sz w:val=""/>', "<w:sz/>", '<w:b w:val="maybe"/>', '<w:rStyle w:val="gone"/>'],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_letters_that_say_nonsense_of_their_look_are_read_and_only_are_no_heading(
    part: str, decoration: str
) -> None:
    document = docx.Document()
    document.styles.add_style("Odd", 1).font.italic = True
    document.add_paragraph(PROSE)
    document.add_paragraph(style="Odd").add_run("At night").italic = True
    document.add_paragraph(MORE)
    written, odd = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(odd, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(b"<w:i/>", decoration.encode()) if name == part else content)
    blocks = word.extract(odd.getvalue()).blocks
    assert [(block.kind, block.text) for block in blocks] == [("text", text) for text in (PROSE, "At night", MORE)]


@pytest.mark.parametrize(
    "between",
    [
        ("This is important, and a sentence.", True, None),  # a sentence
        ("Note:", True, None),  # it goes on
        ("Anna Berger", False, None),  # nothing about it stands out
        ("– with the ring", True, None),  # an item
        ("2026-11-26", True, None),  # no word
        ("(last changed in May)", True, None),
    ],
)
def test_what_only_resembles_a_heading_stays_text(between: tuple[str, bool, float | None]) -> None:
    blocks = word.extract(made_docx([(PROSE, False, None), between, (MORE, False, None)])).blocks
    assert not headings(blocks)
    assert [block.text for block in blocks] == [PROSE, between[0], MORE]


def test_where_all_is_bold_nothing_stands_out() -> None:
    lines = [(PROSE, True, None), ("At night", True, None), (MORE, True, None)]
    assert not headings(word.extract(made_docx(lines)).blocks)


def test_a_bold_line_with_nothing_below_it_stays_text_and_can_be_found() -> None:
    lines = [
        (PROSE, False, None),
        ("Anna Berger", True, None),
        ("Head of service", True, None),
        (MORE, False, None),
    ]
    assert headings(word.extract(made_docx(lines)).blocks) == [("Head of service", 1)]
    assert not headings(word.extract(made_docx([*lines[:1], *lines[1:3][:1]])).blocks)


@pytest.mark.parametrize(
    ("number", "level"),
    [("2.1 Returns", 2), ("第三章 退货", 1), ("一、退货与换货", 1), ("Section 4 Returns", 1)],
)
def test_numbers_make_headings_of_plain_lines(number: str, level: int) -> None:
    blocks = word.extract(made_docx([(PROSE, False, None), (number, False, None), (MORE, False, None)])).blocks
    assert headings(blocks) == [(number, level)]


def test_items_of_a_numbered_list_are_no_headings() -> None:
    items = ["一、退货", "二、换货", "三、维修"]
    lines = [(PROSE, False, None), *((item, False, None) for item in items), (MORE, False, None)]
    found = headings(word.extract(made_docx(lines)).blocks)
    assert [text for text, _level in found] in ([], ["三、维修"])


def made_page(lines: Sequence[tuple[str, int, str]]) -> bytes:
    """(text, size in points, "F" or the bold "B"), one below the other."""
    shown, height = [], 280
    for text, size, font in lines:
        shown.append(f"BT /{font} {size} Tf 20 {height} Td ({text}) Tj ET")
        height -= size + 4
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R/B 6 0 R>>>>>>"
    )
    bold = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>"
    return made_pdf(stream("\n".join(shown).encode()), bold, page=page)


def test_bold_and_larger_lines_of_a_pdf_are_headings() -> None:
    found = pdf.extract(
        made_page(
            [
                ("Help for lamps", 20, "F"),
                (PROSE, 10, "F"),
                ("Returns and what", 10, "B"),
                ("they cost", 10, "B"),
                (MORE, 10, "F"),
                ("Careful: this is bold in the middle of", 10, "B"),
                ("a sentence, which ends here.", 10, "F"),
            ]
        )
    )
    assert headings(found.blocks) == [("Help for lamps", 1), ("Returns and what they cost", 2)]
    assert found.title == "Help for lamps"  # which every passage is shown with
    assert [piece.heading for piece in cut_document(found)] == ["", "Returns and what they cost"]


def test_a_heading_is_not_glued_to_the_sentence_below_it() -> None:
    found = pdf.extract(made_page([(MORE, 10, "F"), ("Returns", 10, "B"), (PROSE, 10, "F"), (MORE, 10, "F")]))
    assert not any("Returns The lamp" in piece.text for piece in cut_document(found))


words = st.text("abcdefg ", min_size=1, max_size=30).map(lambda text: " ".join(f"Wa{text}".split()))
plain = st.builds(Line, words.map(lambda text: f"{text} and so on, until it ends."), st.just(10.0))
emphasized = st.builds(Line, words, st.sampled_from([14.0, 20.0]), st.booleans(), st.just(True))


@given(st.lists(st.tuples(emphasized, st.lists(plain, min_size=2, max_size=3)), min_size=1, max_size=8))
def test_every_line_in_larger_letters_above_a_text_is_a_heading(sections: list[tuple[Line, list[Line]]]) -> None:
    lines = [line for head, below in sections for line in (head, *below)]
    starts = [heading.start for heading in find_headings(lines)]
    assert starts == [place for place, line in enumerate(lines) if line.size > 10]


@given(st.lists(plain, max_size=30))
def test_where_all_letters_look_alike_there_is_no_heading(lines: list[Line]) -> None:
    assert not find_headings(lines)


anything = st.builds(
    Line,
    st.text(max_size=60),
    st.sampled_from([0.0, 9.5, 10.0, 10.5, 12.0, 18.0]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, None, None, 0, 1, 3]),
    st.booleans(),
)


@given(st.lists(anything, max_size=40))
def test_headings_are_in_order_never_overlap_and_each_has_something_below_it(lines: list[Line]) -> None:
    found: list[Heading] = find_headings(lines)
    ends = 0
    for place, one in enumerate(found):
        assert ends <= one.start < one.end < len(lines) and one.level >= 1
        assert all(line.level is None and not line.unit for line in lines[one.start : one.end])
        following = found[place + 1] if place + 1 < len(found) else None
        assert not (following and following.start == one.end and following.level <= one.level)
        assert lines[one.end].level is None
        ends = one.end
