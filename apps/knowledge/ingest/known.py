"""Which documents need not be read again."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from ..models import Collection, Document, DocumentState
from .blocks import Columns
from .columns import columns_then
from .passages import READER


def documents_known(collection: Collection, columns: Mapping[str, Columns]) -> dict[str, str]:
    """By name, the hashes of those that were cut as the collection says now and read by this reader with these
    columns: the same bytes would make the same passages.
    """
    documents = documents_cut_so(collection, columns).filter(reader=READER)
    rows = documents.only("name", "sha256", "question", "answer", "ignored", "rows")
    return {row.name: row.sha256 for row in rows if columns_then(row) == columns[row.name]}


def documents_cut_so(collection: Collection, names: Iterable[str]) -> QuerySet[Document]:
    """Those of these names that stand as the collection would cut them now."""
    return Document.objects.filter(
        collection=collection,
        name__in=names,
        state=DocumentState.READY,
        passage_size=collection.passage_size,
        overlap=collection.overlap,
    )
