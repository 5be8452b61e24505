"""Conversations as Word documents: what was said is all there, opened again by our own importer."""

import io
import uuid
from typing import Any

import docx
import pytest
from django.test import Client
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat.models import Assistant, Conversation, Generation, Message, QuestionFile, Role
from apps.chat.word.faces import new_document
from apps.chat.word.markdown import MarkdownWriter
from apps.chat.word.numbering import Numberings
from apps.knowledge.ingest.extract.docx import extract
from tests.examples import examples

from ..fakes import send
from ..test_images import bring

pytestmark = pytest.mark.usefixtures("assistant")

TEXT = """## How to choose

You may *return* it **within 30 days** [1], see [our page](https://shop.example/returns). Run `ls -l` first.

1. Open the box
   - keep the slip
2. Send it

Another list:

1. one

| Lamp | Price |
| --- | ---: |
| Desk | 20 € |

> quoted

So \\(a_1 * b * c_1\\).

```python
print("hi")
```
"""
SOURCE = {
    "number": 1,
    "passage": str(uuid.uuid4()),
    "title": "Returns",
    "heading": "Mind",
    "excerpt": "Within 30 days.",
}


def answered(actor: Any, question: str, text: str, **fields: Any) -> Conversation:
    sent = send(actor, question)
    Generation.objects.update(status="done", outcome="answered")
    Message.objects.filter(pk=sent.generation.answer_id).update(text=text, **fields)
    return sent.conversation


def opened(browser: Client, address: str, language: str = "en") -> tuple[Document, bytes]:
    response = browser.get(address, headers={"accept-language": language})
    assert response.status_code == 200 and response["Content-Type"].endswith("wordprocessingml.document")
    assert ".docx" in response["Content-Disposition"] and response["Cache-Control"] == "no-store"
    return docx.Document(io.BytesIO(response.content)), response.content


def styled(document: Document) -> list[tuple[str, str]]:
    return [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]


def test_a_conversation_is_a_document_with_headings_lists_tables_code_links_and_sources(cast) -> None:
    actor, browser = cast["owner"]
    conversation = answered(actor, "Can I return it?", TEXT, sources=[SOURCE])
    document, _data = opened(browser, f"/c/{conversation.pk}/word/")
    found = styled(document)
    for line in (
        ("Title", "Can I return it?"),
        ("Heading 3", "How to choose"),
        ("List Number", "Open the box"),
        ("List Bullet 2", "keep the slip"),
        ("Quote", "quoted"),
        ("Code", 'print("hi")'),
        ("Heading 1", "Sources"),
        ("List Number", "Returns › Mind\nWithin 30 days."),
    ):
        assert line in found
    assert ("Heading 1", "Can I return it?") not in found  # the title says it
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Lamp", "Price"], ["Desk", "20 €"]]
    assert table.rows[1].cells[1].paragraphs[0].alignment is not None
    said = next(paragraph for paragraph in document.paragraphs if "within 30 days" in paragraph.text)
    assert "[1], see our page. Run ls -l" in said.text
    assert r"So \(a_1 * b * c_1\)." in [text for _style, text in found]
    assert [run.text for run in said.runs if run.bold] == ["within 30 days"]
    assert [run.text for run in said.runs if run.font.superscript] == ["[1]"]
    assert [link.address for link in said.hyperlinks] == ["https://shop.example/returns"]


def test_each_numbered_list_begins_with_one(cast) -> None:
    document, _data = opened(
        cast["owner"][1], f"/c/{answered(cast['owner'][0], 'Hi', TEXT, sources=[SOURCE]).pk}/word/"
    )
    numbered = [paragraph for paragraph in document.paragraphs if paragraph.style.name == "List Number"]
    numberings = [paragraph._p.pPr.numPr.numId.val for paragraph in numbered]
    assert numberings[0] == numberings[1] and len(set(numberings)) == 3


def test_an_item_that_begins_with_code_has_its_mark_and_the_next_one_too(cast) -> None:
    actor, browser = cast["owner"]
    text = "1. ```\n   first\n   second\n   ```\n2. then"
    document, _ = opened(browser, f"/c/{answered(actor, 'How?', text).pk}/word/")
    written = [line for line in styled(document) if line[1] in {"first", "second", "then"}]
    assert written == [("List Number", "first"), ("Code", "second"), ("List Number", "then")]


def test_every_list_of_a_long_text_has_a_numbering_of_its_own() -> None:
    document = new_document("en")
    made = Numberings(document)
    ids = [made.anew("List Number"), made.anew("List Number 2"), *(made.anew("List Number") for _ in range(50))]
    there = [num.numId for num in document.part.numbering_part.numbering_definitions._numbering.num_lst]
    assert len(set(there)) == len(there) and set(ids) < set(there)


def test_our_own_importer_reads_all_of_it(cast) -> None:
    actor, browser = cast["owner"]
    conversation = answered(actor, "Can I return it?", TEXT, sources=[SOURCE])
    _document, data = opened(browser, f"/c/{conversation.pk}/word/")
    read = extract(data)
    assert read.title == "Can I return it?"
    texts = [(block.kind, block.text) for block in read.blocks]
    assert ("heading", "How to choose") in texts and ("unit", "keep the slip") in texts
    assert any(kind == "unit" and "Desk" in text and "20 €" in text for kind, text in texts)


def test_a_file_is_in_the_language_that_was_asked_in_throughout(cast) -> None:
    Assistant.objects.update(name_zh="客户服务")
    quote = "扫地机器人清扫不超过五次、尘盒已倒干净的，也算轻度使用，可以在收到以后三十天内退货。[1]"
    english = answered(cast["owner"][0], "Can I return it?", quote, sources=[SOURCE])
    chinese = answered(cast["owner"][0], "可以退货吗？", "You may return it within 30 days. [1]", sources=[SOURCE])
    for conversation, tag, heading, page in ((english, "en-GB", "Sources", "zh"), (chinese, "zh-CN", "出处", "en")):
        document, _data = opened(cast["owner"][1], f"/c/{conversation.pk}/word/", page)
        assert document.core_properties.language == tag
        assert ("Heading 1", heading) in styled(document)
        assert (document.core_properties.author == "客户服务") == (tag == "zh-CN")


def test_chinese_has_a_chinese_face_and_language_and_its_own_quotation_marks(cast) -> None:
    actor, browser = cast["owner"]
    conversation = answered(actor, "可以退货吗？", "三十天内可以“无理由”退货。")
    document, _data = opened(browser, f"/c/{conversation.pk}/word/", "zh-CN")
    assert document.core_properties.language == "zh-CN"
    defaults = document.styles.element.find(qn("w:docDefaults"))
    faces, language = (next(defaults.iter(qn(f"w:{name}"))) for name in ("rFonts", "lang"))
    assert faces.get(qn("w:eastAsia")) == "等线" and faces.get(qn("w:eastAsiaTheme")) is None
    assert (language.get(qn("w:val")), language.get(qn("w:eastAsia"))) == ("zh-CN", "zh-CN")
    for heading in ("Title", "Heading 1"):
        assert next(document.styles[heading].element.iter(qn("w:rFonts"))).get(qn("w:eastAsia")) == "等线"
    run = document.paragraphs[-1].runs[0]
    assert run._r.rPr.find(qn("w:rFonts")).get(qn("w:hint")) == "eastAsia"


def test_a_translation_stands_side_by_side_with_its_terms(cast) -> None:
    actor, browser = cast["owner"]
    notes = [
        {"kind": "paragraphs", "texts": ["The lamp is warm.", "It dims."]},
        {"kind": "terms", "paragraph": 1, "missed": [["dim", "调光"]]},
    ]
    conversation = answered(actor, "The lamp is warm.\n\nIt dims.", "灯光温暖。\n\n可以变暗。", notes=notes)
    document, _data = opened(browser, f"/c/{conversation.pk}/word/")
    (table,) = document.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [["English", "Chinese"], ["The lamp is warm.", "灯光温暖。"], ["It dims.", "可以变暗。"]]
    assert any("dim → 调光" in paragraph.text for paragraph in document.paragraphs)


def test_one_answer_comes_with_its_question_and_the_same_passage_once(cast) -> None:
    actor, browser = cast["owner"]
    conversation = answered(actor, "First?", "Yes [1].", sources=[SOURCE])
    second = send(actor, "Second?", conversation_id=conversation.pk)
    Message.objects.filter(pk=second.generation.answer_id).update(
        text="No [1]. Maybe [2].", sources=[SOURCE | {"number": 2}, SOURCE | {"number": 1, "excerpt": "Other."}]
    )
    whole, _data = opened(browser, f"/c/{conversation.pk}/word/")
    assert [text for _style, text in styled(whole) if text.startswith("No")] == ["No[2]. Maybe[1]."]
    assert sum(text.startswith("Returns › Mind") for _style, text in styled(whole)) == 2
    one, _data = opened(browser, f"/c/{conversation.pk}/word/{second.generation.answer_id}/")
    assert ("Title", "Second?") in styled(one) and ("Title", "First?") in styled(whole)
    assert ("Heading 1", "First?") in styled(whole) and "First?" not in [text for _style, text in styled(one)]
    other = send(cast["stranger"][0]).generation.answer_id
    assert browser.get(f"/c/{conversation.pk}/word/{other}/").status_code == 404
    assert cast["stranger"][1].get(f"/c/{conversation.pk}/word/").status_code == 404


def test_a_saved_answer_is_named_after_its_own_question(cast) -> None:
    actor, browser = cast["owner"]
    conversation = answered(actor, "How much is the SP-1003?", "Ten euros.")
    second = send(actor, "Is it in stock?", conversation_id=conversation.pk).generation.answer_id
    addresses = (f"/c/{conversation.pk}/word/", f"/c/{conversation.pk}/word/{second}/")
    names = [browser.get(address)["Content-Disposition"].partition('"')[2] for address in addresses]
    assert names == ['How much is the SP-1003.docx"', 'Is it in stock.docx"']


def test_images_of_ones_own_questions_are_in_it(cast) -> None:
    actor, browser = cast["owner"]
    image = uuid.UUID(bring(browser).json()["id"])
    conversation = answered(actor, "What is this?", "A lamp.")
    QuestionFile.objects.filter(pk=image).update(message=conversation.messages.get(role=Role.USER))
    document, _data = opened(browser, f"/c/{conversation.pk}/word/")
    assert len(document.inline_shapes) == 1


LINES = st.text(
    st.one_of(st.sampled_from("#*_`[]()|->!\n 0123456789.~:\t\\<&"), st.characters(codec="utf-8")), max_size=200
)


@given(LINES)
@settings(max_examples=examples(20))
def test_whatever_a_model_writes_becomes_a_document_that_opens_again(text: str) -> None:
    document = new_document("en")
    MarkdownWriter(document, Numberings(document), cited={1: 1}).write(text)
    file = io.BytesIO()
    document.save(file)
    docx.Document(io.BytesIO(file.getvalue()))
