"""How a file would be cut, before it is imported."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from apps.core.actor import Actor
from apps.core.errors import BadInput

from ..access import manager_required
from ..ingest.blocks import Refused
from ..ingest.cleaning import Dropped
from ..ingest.names import clean_name
from ..ingest.passages import Piece
from ..ingest.reading import Task
from ..ingest.reasons import reason
from ..ingest.sandbox import Sandbox
from ..ingest.sniff import known
from ..ingest.spool import bounded, spool_write


@dataclass(frozen=True)
class Preview:
    """The passages in reading order, each with its sentences' offsets; `dropped` are pairs that would be left out.

    Of a zip file only `members`, the names of the documents in it.
    """

    title: str
    language: str
    pages: int
    pieces: list[Piece]
    dropped: list[Dropped]
    members: list[str]


def import_preview(
    *, actor: Actor, name: str, pieces: Iterable[bytes], question: str = "", answer: str = ""
) -> Preview:
    """Reads an upload as an import would, and stores nothing. Raises BadInput with why it would be refused."""
    manager_required(actor)
    label = clean_name(name)
    suffix = PurePath(label).suffix.lower()
    with tempfile.TemporaryDirectory(prefix="preview-") as folder:
        path = Path(folder) / f"file{suffix if known(label) else ''}"
        spool_write(path, bounded(pieces))
        try:
            with Sandbox() as sandbox:
                reading = sandbox.read(Task(str(path), label, question=question, answer=answer))
        except Refused as error:
            raise BadInput(reason(error.code, error.values)) from error
    members = [member.name for member in reading.members]
    return Preview(reading.title, reading.language, reading.pages, reading.pieces, reading.dropped, members)
