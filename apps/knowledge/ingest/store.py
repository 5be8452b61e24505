"""Writes what was read: passages, documents and the items' final states, all in one transaction."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from ..locks import collection_hold
from ..models import Collection, Document, DocumentState, Import, ImportItem, ItemState
from .amending import decisions
from .blocks import Refused
from .columns import columns_of
from .ending import import_close
from .expanding import members_add
from .originals import originals_drop, originals_missing
from .passages import READER
from .reading import Reading
from .replacing import passages_replace
from .results import Result
from .telling import wide_tell

_FAILURE = ["state", "failure", "updated_at"]
_DOCUMENT = [
    *_FAILURE,
    "title",
    "language",
    "address",
    "validators",
    "media_type",
    "sha256",
    "original",
    "passage_size",
    "overlap",
    "reader",
    "question",
    "answer",
    "ignored",
    "rows",
    "passages_count",
    "imported_at",
]
_ITEM = [
    "state",
    "failure",
    "document",
    "ended_at",
    "replaced",
    "pages",
    "dropped",
    "passages",
    "embedded",
    "edits_replaced",
    "updated_at",
]


def results_store(parent: Import, results: Sequence[Result]) -> None:
    """Final and searchable when this returns. Items that were cancelled or given to somebody else are left out."""
    try:
        _store(parent, results)
    except DatabaseError as error:
        # Two imports met at a new name, or the database refuses one text: nobody else shall suffer from it.
        if len(results) > 1:
            for result in results:
                results_store(parent, [result])
        elif isinstance(error, IntegrityError):
            _store(parent, results)
        else:
            _store(parent, [Result(results[0].item, failure=Refused("database"))])


@transaction.atomic
def _store(parent: Import, results: Sequence[Result]) -> None:
    results = _still_ours(results)
    collection_hold(parent.collection_id)
    expanded = [result for result in results if result.reading and result.reading.members]
    for result in expanded:
        members_add(result)
    results = [result for result in results if result not in expanded]
    before = _documents_before(parent, results)
    results = _still_true(results, before)
    originals = {document.original for document in before.values()}
    documents = [_document_as(parent, result, before.get(result.item.name)) for result in results]
    written = [(r, d) for r, d in zip(results, documents, strict=True) if r.reading and not r.reading.unchanged]
    _upsert((d for r, d in zip(results, documents, strict=True) if r.failure), _FAILURE)
    _upsert((d for _, d in written), _DOCUMENT)
    _originals_change(results, documents, originals)
    passages_replace(parent, written)
    if written:
        Collection.objects.filter(pk=parent.collection_id).update(version=F("version") + 1)
    _items_end(results, documents)
    wide_tell(parent, results)
    import_close(parent.pk)


def _still_ours(results: Sequence[Result]) -> list[Result]:
    """`attempts` is the fence: whoever took the item later has a higher one."""
    wanted = {result.item.pk: result.item.attempts for result in results}
    rows = ImportItem.objects.select_for_update().filter(pk__in=wanted, state=ItemState.IMPORTING).order_by("pk")
    ours = {pk for pk, attempts in rows.values_list("pk", "attempts") if wanted[pk] == attempts}
    return [result for result in results if result.item.pk in ours]


def _documents_before(parent: Import, results: Sequence[Result]) -> dict[str, Document]:
    names = [result.item.name for result in results]
    rows = Document.objects.select_for_update().filter(collection=parent.collection_id, name__in=names)
    return {document.name: document for document in rows.order_by("name")}


def _still_true(results: Sequence[Result], before: Mapping[str, Document]) -> list[Result]:
    """Without those whose document somebody edited or deleted while they were read: they are read again."""
    decided = decisions(before.values())
    missing = originals_missing(result.original for result in results if result.original)

    def late_for(reading: Reading, result: Result) -> bool:
        document = before.get(result.item.name)
        if result.original in missing:
            return True
        if reading.unchanged:
            return document is None or document.sha256 != reading.sha256
        return bool(document and reading.pieces and decided[document.pk] != result.decided)

    late = {result.item.pk for result in results if result.reading and late_for(result.reading, result)}
    ImportItem.objects.filter(pk__in=late).update(state=ItemState.QUEUED, attempts=F("attempts") - 1)
    return [result for result in results if result.item.pk not in late]


def _document_as(parent: Import, result: Result, before: Document | None) -> Document:
    """The document as it will be; passages and hash of an earlier version outlive a failure."""
    item = result.item
    document = before or Document(collection_id=parent.collection_id, name=item.name, address=item.address)
    item.replaced = document.imported_at is not None
    if result.failure:
        document.state = DocumentState.FAILED
        document.failure = {"code": result.failure.code, "values": result.failure.values}
    elif result.reading and not result.reading.unchanged:
        reading = result.reading
        document.title, document.language = reading.title[:300], reading.language
        document.address, document.validators = item.address, item.validators
        document.passage_size, document.overlap = parent.collection.passage_size, parent.collection.overlap
        document.reader = READER
        columns = columns_of(item, parent)
        document.question, document.answer = columns.question, columns.answer
        document.ignored, document.rows = list(columns.ignored), columns.rows
        document.media_type, document.sha256 = reading.media_type, reading.sha256
        document.original = result.original
        document.state, document.failure = DocumentState.READY, {}
        document.passages_count, document.imported_at = len(reading.pieces), timezone.now()
    return document


def _originals_change(results: Sequence[Result], documents: Sequence[Document], before: set[str]) -> None:
    """What no document is made of any more goes. An unchanged one may be older than originals were kept."""
    unkept = []
    for result, document in zip(results, documents, strict=True):
        if result.reading and result.reading.unchanged and result.original and not document.original:
            document.original = result.original
            unkept.append(document)
    _upsert(unkept, ["original", "updated_at"])
    read_again = [one for one, result in zip(documents, results, strict=True) if result.unaltered]
    for document in read_again:
        document.reader = READER
    _upsert(read_again, ["reader", "updated_at"])
    if left := before - {"", *(document.original for document in documents)}:
        transaction.on_commit(lambda: originals_drop(left))


def _upsert(documents: Iterable[Document], fields: list[str]) -> None:
    rows = sorted(documents, key=lambda document: document.name)
    for row in rows:
        row.updated_at = timezone.now()
    Document.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _items_end(results: Sequence[Result], documents: Sequence[Document]) -> None:
    now = timezone.now()
    for result, document in zip(results, documents, strict=True):
        item, reading = result.item, result.reading
        item.document, item.ended_at = document, now
        if reading is None:
            item.state, item.failure = ItemState.FAILED, document.failure
        elif reading.unchanged:
            item.state = ItemState.UNCHANGED
        else:
            item.state = ItemState.READY
            item.pages, item.dropped = reading.pages, len(reading.dropped)
            item.passages = item.embedded = len(reading.pieces)
        item.updated_at = now
    # An upsert of rows that are there: `bulk_update` costs more than all the rest of an import.
    items = [result.item for result in results]
    ImportItem.objects.bulk_create(items, update_conflicts=True, unique_fields=["id"], update_fields=_ITEM)
