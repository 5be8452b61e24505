"""A document's text as it was read from its file, put together again from its passages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .models import Document, Passage, PassageEdit


@dataclass(frozen=True)
class _Part:
    heading: str
    text: str
    spans: list[int]


def document_text(document: Document) -> str:
    """Markdown: the title, then each heading path once, with the text below it. Edits of staff are left out."""
    edits = {edit.position: edit for edit in PassageEdit.objects.filter(document=document)}
    rows = Passage.objects.filter(document=document).order_by("position").defer("lexemes")
    parts = (_part(passage, edits.get(passage.position)) for passage in rows)
    return "\n\n".join([f"# {document.title or document.name}", *_joined(parts)]) + "\n"


def _part(passage: Passage, edit: PassageEdit | None) -> _Part:
    return _Part(passage.heading, passage.text, passage.spans)


def _joined(parts: Iterable[_Part]) -> Iterator[str]:
    """A section that was cut repeats the last sentence of a passage at the beginning of the next: once will do."""
    before: Any = None
    for part in parts:
        if before is None or part.heading != before.heading:
            if part.heading:
                yield f"## {part.heading}"
            yield part.text
        elif part.spans and _first(part) == _last(before):
            yield part.text[part.spans[1] :].lstrip()
        else:
            yield part.text
        before = part


def _first(part: _Part) -> str:
    return part.text[part.spans[0] : part.spans[1]]


def _last(part: _Part) -> str:
    return part.text[part.spans[-2] : part.spans[-1]] if part.spans else ""
