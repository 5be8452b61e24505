"""A document's text as it was read from its file, put together again from its passages."""

from collections.abc import Iterable, Iterator

from .models import Document, Passage, PassageEdit


def document_text(document: Document) -> str:
    """Markdown: the title, then each heading path once, with the text below it. Edits of staff are left out."""
    edits = {edit.position: edit for edit in PassageEdit.objects.filter(document=document)}
    rows = list(Passage.objects.filter(document=document).order_by("position").defer("lexemes"))
    for passage in rows:
        edit = edits.get(passage.position)
        if edit is not None and edit.original_text:
            passage.text, passage.spans = edit.original_text, edit.original_spans
    return "\n\n".join([f"# {document.title or document.name}", *_joined(rows)]) + "\n"


def _joined(passages: Iterable[Passage]) -> Iterator[str]:
    """A section that was cut repeats the last sentence of a passage at the beginning of the next: once will do."""
    heading, last = "", ""
    for passage in passages:
        sentences = [passage.text[start:end] for start, end in zip(*[iter(passage.spans)] * 2, strict=True)]
        repeats = passage.heading == heading and bool(last) and sentences[:1] == [last]
        if passage.heading != heading and passage.heading:
            yield f"## {passage.heading}"
        yield passage.text[passage.spans[1] :].lstrip() if repeats else passage.text
        heading, last = passage.heading, sentences[-1] if sentences else ""
