"""What a document was made of: the very file, and its text as it was read, put together again from its passages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from apps.accounts.permissions import can
from apps.core.errors import Conflict
from apps.core.keyset import in_portions

from .ingest.originals import original_path
from .ingest.passages import MOST_OVERLAP
from .models import Document, Passage


@dataclass(frozen=True)
class Original:
    """A file as it was imported; `name` is one to keep it under, `size` in bytes."""

    path: Path
    name: str
    size: int

    @property
    def is_pdf(self) -> bool:
        """Its content was looked at when it was read."""
        return self.path.suffix == ".pdf"


def document_original(document: Document) -> Original | None:
    """None where it was not kept: the document was imported before originals were."""
    path = original_path(document.original)
    if not document.original or not path.is_file():
        return None
    name = PurePosixPath(document.name).name or "document"
    ending = "" if name.lower().endswith(path.suffix) else path.suffix
    return Original(path, name + ending, path.stat().st_size)


def original_open(user: Any, document: Document) -> Original | None:
    """The same where `user`, who may read passages of it, may have all of it: its collection says so, or they keep
    the knowledge or review answers.
    """
    is_open = document.collection.originals_open or can(user, "knowledge.read")
    return document_original(document) if is_open else None


def document_text(document: Document) -> Iterator[str]:
    """Markdown in pieces: the title, then each heading path once, with the text below it. Edits of staff are left
    out. Raises Conflict on the way where an import replaces the document meanwhile: a mixture of two is no text. By
    then its beginning has been sent, so a reader sees that the file breaks off, and the log says why.
    """
    yield f"# {document.title or document.name}\n"
    for text in _joined(_passages_read(document)):
        yield f"\n{text}\n"


def _passages_read(document: Document) -> Iterator[Passage]:
    """As the file said them."""
    same = Document.objects.filter(pk=document.pk, imported_at=document.imported_at)
    for portion in in_portions(Passage.objects.filter(document=document).defer("lexemes"), field="position"):
        edited = document.edits.filter(position__in=[row.position for row in portion]).exclude(original_text="")
        edits = {edit.position: edit for edit in edited}
        for passage in portion:
            if edit := edits.get(passage.position):
                passage.text, passage.spans = edit.original_text, edit.original_spans
        if not same.exists():
            break
        yield from portion
    if not same.exists():
        raise Conflict(f"Document {document.pk} was replaced while it was being read.")


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
