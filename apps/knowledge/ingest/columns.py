"""Which columns of a file are what: its own choice, or else that of its import."""

from pathlib import PurePath

from ..models import Document, Import, ImportItem
from .blocks import Columns

TABLES = (".csv", ".jsonl", ".xlsx")


def columns_of(item: ImportItem, parent: Import) -> Columns:
    """The usual ones for what is no table."""
    if PurePath(item.member or item.path).suffix.lower() not in TABLES:
        return Columns()
    own = Columns(item.question, item.answer, tuple(item.ignored), item.rows)
    return own if own != Columns() else Columns(parent.question, parent.answer)


def columns_then(document: Document) -> Columns:
    """With which the document was read."""
    return Columns(document.question, document.answer, tuple(document.ignored), document.rows)
