"""What a document was made of: the very file, and its text as it was read, put together again from its passages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .ingest.originals import original_path
from .ingest.passages import MOST_OVERLAP
from .models import Document, Passage, PassageEdit


@dataclass(frozen=True)
class Original:
    """A file as it was imported; `name` is one to keep it under, `size` in bytes."""

    path: Path
    name: str
    size: int


def document_original(document: Document) -> Original | None:
    """None where it was not kept: the document was imported before originals were."""
    path = original_path(document.original)
    if not document.original or not path.is_file():
        return None
    name = PurePosixPath(document.name).name or "document"
    ending = "" if name.lower().endswith(path.suffix) else path.suffix
    return Original(path, name + ending, path.stat().st_size)


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
    """A section that was cut repeats the last sentences of a passage at the beginning of the next: once will do."""
    heading = ""
    last: list[str] = []
    for passage in passages:
        sentences = [passage.text[start:end] for start, end in zip(*[iter(passage.spans)] * 2, strict=True)]
        repeats = _repeated(last, sentences) if passage.heading == heading else 0
        if passage.heading != heading and passage.heading:
            yield f"## {passage.heading}"
        yield passage.text[passage.spans[2 * repeats - 1] :].lstrip() if repeats else passage.text
        heading, last = passage.heading, sentences


def _repeated(before: list[str], sentences: list[str]) -> int:
    """How many sentences a passage has from the end of the one before."""
    return next((n for n in range(MOST_OVERLAP, 0, -1) if sentences[:n] == before[-n:] and len(before) >= n), 0)
