"""One document's way in: read, parse, cut, embed, store."""

import hashlib
from enum import StrEnum
from pathlib import PurePath

from ..models import Collection, Document, DocumentState
from .blocks import Refused
from .embedding import embed_pieces, embedder_id
from .files import MAX_BYTES, Source
from .passages import cut_document
from .sandbox import Sandbox
from .sniff import sniff
from .store import document_fail, document_store


class Outcome(StrEnum):
    """The one final state of a file in an import."""

    IMPORTED = "imported"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    FAILED = "failed"


def document_import(*, collection: Collection, source: Source, sandbox: Sandbox) -> tuple[Outcome, Document]:
    """Never raises for what is wrong with the file: the document says it."""
    document, _created = Document.objects.get_or_create(collection=collection, name=source.name)
    first = document.imported_at is None
    try:
        data = _read(source)
        sha256 = hashlib.sha256(data).hexdigest()
        if document.state == DocumentState.READY and document.sha256 == sha256 and _embedded(document):
            return Outcome.UNCHANGED, document
        document.state, document.failure = DocumentState.IMPORTING, {}
        document.save(update_fields=["state", "failure", "updated_at"])
        kind, media_type = sniff(source.name, data)
        extracted = sandbox.extract(source.path.resolve(), kind)
        pieces = cut_document(extracted)
        if not pieces:
            raise Refused("empty")
        title = extracted.title or _title_of(source.name)
        document_store(
            document=document,
            title=title,
            media_type=media_type,
            sha256=sha256,
            pieces=pieces,
            vectors=embed_pieces(title, pieces),
        )
    except Refused as error:
        document_fail(document=document, error=error)
        return Outcome.FAILED, document
    return (Outcome.IMPORTED if first else Outcome.REPLACED), document


def _read(source: Source) -> bytes:
    try:
        with source.path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused("unreadable", cause=error.strerror) from error
    if len(data) > MAX_BYTES:
        raise Refused("size", limit=MAX_BYTES // 1024**2)
    return data


def _embedded(document: Document) -> bool:
    """Whether all vectors are of the embedder in use."""
    return not document.passages.exclude(embedder__in=["", embedder_id()]).exists()


def _title_of(name: str) -> str:
    """ "shop/delivery-times.txt" is called "Delivery times" until its text says otherwise."""
    return PurePath(name).stem.replace("-", " ").replace("_", " ").strip().capitalize()
