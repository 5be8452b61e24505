"""What people bring in a folder: saved pages of the web, price lists, plain texts, slides."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.knowledge.ingest.blocks import Extracted, Refused
from apps.knowledge.ingest.extract import html, pptx, text
from apps.knowledge.ingest.extract.numbering import number_of
from apps.knowledge.ingest.extract.sheets import table
from apps.knowledge.ingest.passages import cut_document
from apps.knowledge.ingest.sniff import sniff

from .workbooks import workbook

PROSE = "The lamp can be returned within thirty days, as long as its box is whole."


def told(found: Extracted) -> list[tuple[str, str]]:
    """Each sentence below its heading."""
    return [(piece.heading, piece.text[start:end]) for piece in cut_document(found) for start, end in piece.spans]


PAGE = """<html><head><title>Returns | Shop</title></head><body>
<div class="cc-window"><span>We use cookies.</span><button>Accept</button></div>
<div role="dialog"><p>Subscribe to our letter.</p></div>
<a class="skip-link" href="#c">Skip to content</a>
<div class="top"><a href="/">Home</a> | <a href="/shop">Shop</a> | <a href="/cart">Cart</a></div>
<div class="sidebar"><h3>Popular</h3><ul><li><a href="#">Track my order</a></li></ul></div>
<div id="c"><h1>Returns</h1><p>Return it within thirty days. <a href="#">Read more about shipping here</a>.</p>
<section id="newsletter"><h2>Newsletter</h2><p>{letter}</p></section>
<p><strong>What it costs</strong></p><p>Nothing is asked for a return from the whole of Europe.</p>
<table><tr><td>Part</td><td>Days</td></tr><tr><td>Lamp</td><td>30</td></tr><tr><td>Filter</td><td>7</td></tr></table>
<div class="related-articles"><h3>Related</h3><a href="#">Warranty</a></div></div>
<div class="footer">© 2026 Shop</div><div style="display: none">Hidden words</div></body></html>"""


def test_a_saved_page_has_its_own_words_and_none_of_the_site() -> None:
    letter = "Our letter comes every month with news about lamps, and you can leave it at any time. " * 3
    found = told(html.extract(PAGE.format(letter=letter).encode()))
    assert list(dict.fromkeys(found)) == [
        ("", "Return it within thirty days."),
        ("", "Read more about shipping here."),
        ("Newsletter", "Our letter comes every month with news about lamps, and you can leave it at any time."),
        ("Newsletter › What it costs", "Nothing is asked for a return from the whole of Europe."),
        ("Newsletter › What it costs", "Part: Lamp; Days: 30"),
        ("Newsletter › What it costs", "Part: Filter; Days: 7"),
    ]


def test_a_page_of_links_alone_keeps_them() -> None:
    links = "".join(f'<li><a href="#">How to return lamp number {number}</a></li>' for number in range(4))
    assert len(html.extract(f"<html><body><ul>{links}</ul></body></html>".encode()).blocks) == 4


def test_the_title_above_a_sheet_is_no_header_and_hidden_sheets_are_not_read() -> None:
    rows = [["灯野服务价目表"], [], ["服务", "价格", "说明"], ["加急", "30", ""], ["备注：价格含税"]]
    found = cut_document(table.extract_xlsx(workbook(Prices=rows)))
    [piece] = found
    assert [piece.text[start:end] for start, end in piece.spans] == [
        "灯野服务价目表",
        "服务: 加急; 价格: 30",
        "备注：价格含税",
    ]
    assert piece.rows == (1, 4, 5)


def test_plain_text_has_headings_that_are_counted_or_underlined() -> None:
    counted = (
        "1. WHO\n\nAnybody who bought a lamp may return it.\n\n第二章 保修\n灯具保修两年，滤芯不在保修范围之内。\n"
    )
    source = f"RETURNS\n=======\n\n{counted}"
    found = text.extract(source.encode())
    assert found.title == "RETURNS"
    assert told(found) == [
        ("1. WHO", "Anybody who bought a lamp may return it."),
        ("第二章 保修", "灯具保修两年，滤芯不在保修范围之内。"),
    ]


def test_a_list_in_plain_text_has_no_heading() -> None:
    assert all(
        block.kind == "unit" for block in text.extract(b"1. Unplug the lamp\n\n2. Take out the bulb\n").blocks
    )


@given(st.text("1.２一二、（）章第节 aA\n=-", max_size=60))
def test_any_text_is_read_without_losing_a_letter(source: str) -> None:
    kept = "".join(letter for letter in source if letter.isalpha())
    found = text.extract(source.encode())
    said = found.title + "".join(block.text for block in found.blocks)
    assert "".join(letter for letter in said if letter.isalpha()) == kept
    number_of(source)


A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def made_slides(*slides: str, order: Sequence[int] = (), declared: str = "") -> bytes:
    """The slides in the `order` of the show, which need not be that of their names."""
    written = io.BytesIO()
    order = order or range(len(slides))
    ids = "".join(f'<p:sldId xmlns:r="{R}" r:id="r{number}"/>' for number in order)
    relations = "".join(f'<Relationship Id="r{n}" Target="slides/s{n}.xml"/>' for n in range(len(slides)))
    with zipfile.ZipFile(written, "w") as file:
        file.writestr(
            "ppt/presentation.xml", f"<p:presentation {P}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
        )
        file.writestr("ppt/_rels/presentation.xml.rels", f"<Relationships>{relations}</Relationships>")
        for number, slide in enumerate(slides):
            file.writestr(f"ppt/slides/s{number}.xml", f"{declared}<p:sld {P} {A} {slide}</p:sld>")
    return written.getvalue()


def shape(kind: str, *texts: str) -> str:
    said = "".join(f"<a:p><a:r><a:t>{one}</a:t></a:r></a:p>" for one in texts)
    place = f'<p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>' if kind else ""
    return f"<p:sp>{place}<p:txBody>{said}</p:txBody></p:sp>"


def cell(text: str) -> str:
    return f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"


ROWS = (("Part", "Price"), ("Lamp", "30"))
GRID = f"<a:tbl>{''.join(f'<a:tr>{cell(one)}{cell(other)}</a:tr>' for one, other in ROWS)}</a:tbl>"


def test_slides_are_sections_in_the_order_of_the_show_with_their_numbers() -> None:
    body = shape("", "The lamp can be returned within thirty days.", "Its box has to be whole")
    found = pptx.extract(
        made_slides(
            f">{body}{shape('title', 'Returns')}{shape('sldNum', '7')}{GRID}",
            f">{shape('ctrTitle', 'Training')}{shape('subTitle', 'Spring of this year')}",
            f' show="0">{shape("title", "Secret")}{body}',
            order=(1, 0, 2),
        )
    )
    assert (found.title, found.pages) == ("Training", 3)
    assert [(block.kind, block.page, block.text) for block in found.blocks] == [
        ("heading", 1, "Training"),
        ("unit", 1, "Spring of this year"),
        ("heading", 2, "Returns"),
        ("text", 2, "The lamp can be returned within thirty days."),
        ("unit", 2, "Its box has to be whole"),
        ("unit", 2, "Part: Lamp; Price: 30"),
    ]


def test_a_slide_with_a_title_alone_keeps_its_words() -> None:
    assert [block.text for block in pptx.extract(made_slides(f">{shape('title', 'Questions?')}")).blocks] == [
        "Questions?"
    ]


@pytest.mark.parametrize(
    "data",
    [
        made_slides(">", order=(4,)),
        made_slides(">", ">", order=(0, 1, 0)),
        made_slides("><p:open>"),
        made_slides(">", declared='<!DOCTYPE a [<!ENTITY b "c">]>'),
    ],
    ids=["slide that is not there", "slide shown twice", "broken", "entities"],
)
def test_slides_that_cannot_be_read_are_refused(data: bytes) -> None:
    assert sniff("talk.pptx", data)[0] == "pptx"
    with pytest.raises(Refused):
        pptx.extract(data)
