"""The one fetcher of an installation: lays pages down as files, which then are imported like any other file."""

from collections.abc import Callable
from contextlib import suppress

from django.db import transaction
from django.db.models import F, QuerySet, Sum
from procrastinate.exceptions import AlreadyEnqueued

from ..ingest.blocks import Refused
from ..ingest.claims import UNFETCHED, claim_page, claim_release, lost_items
from ..ingest.ending import import_close
from ..ingest.expanding import items_add
from ..ingest.passages import READER
from ..ingest.reading import Reading
from ..ingest.results import Result
from ..ingest.runner import imports_wake
from ..ingest.spool import spool_path
from ..ingest.store import results_store
from ..locks import only_one
from ..models import PENDING, Document, DocumentState, ImportItem, ItemState
from .addresses import Address
from .formats import answer_suffix, answer_text
from .http import Answer
from .listing import listed_pages
from .sitemap import sitemap_kind
from .visitor import Visitor

IMPORT_BYTES = 1024**3  # of one import's pages together
_LOCK = 0x9A71EA
_visitor = Visitor()  # what it knows of sites outlives a run


def fetches_run(*, enough: Callable[[], bool] = lambda: False) -> bool:
    """Fetches until no page waits or `enough` says so; False when another process is at it."""
    _visitor.forget_dead()
    while _waiting() and not enough():
        with only_one(_LOCK) as alone:
            if not alone:
                return False
            for item in lost_items(UNFETCHED):
                _fail(item, Refused("interrupted"))
            while not enough() and (claim := claim_page()):
                try:
                    for item in claim.items:
                        _fetch(item)
                except BaseException:  # a shutdown too: what was taken is given back before we go
                    claim_release(claim)
                    raise
    return True


def fetches_wake() -> None:
    """Makes sure that a worker looks; in a transaction the job appears with its commit."""
    from ..tasks import fetches_job  # tasks run what is here

    if _waiting():
        with suppress(AlreadyEnqueued), transaction.atomic():
            fetches_job.configure(queueing_lock="fetches").defer()


def _waiting() -> bool:
    return ImportItem.objects.filter(UNFETCHED, state__in=PENDING).exists()


def _fetch(item: ImportItem) -> None:
    try:
        _bound(item)
        known = _known(item)
        _visitor.errand = item.parent_id, item.parent.started_at  # trying again is another one
        answer = _visitor.visit(Address.parsed(item.address), known.validators if known else None)
        if answer.status == 304 and known:
            results_store(item.parent, [Result(item, Reading(known.sha256, unchanged=True))])
        elif not item.listed and (kind := sitemap_kind(answer.data)):
            _expand(item, listed_pages(_visitor, answer, kind))
        else:
            _lay_down(item, answer)
    except Refused as error:
        _fail(item, error)


def _fail(item: ImportItem, error: Refused) -> None:
    results_store(item.parent, [Result(item, failure=error)])


def _bound(item: ImportItem) -> None:
    if (item.parent.items.aggregate(sum=Sum("size"))["sum"] or 0) > IMPORT_BYTES:
        raise Refused("import_size", limit=IMPORT_BYTES // 1024**2)


def _known(item: ImportItem) -> Document | None:
    """The document as it is here, if its page need not come again while it is the same."""
    found = Document.objects.filter(
        collection=item.parent.collection_id,
        name=item.name,
        address=item.address,
        state=DocumentState.READY,
        passage_size=item.parent.collection.passage_size,
        overlap=item.parent.collection.overlap,
        reader=READER,
    )
    return found.first()


def _expand(item: ImportItem, pages: list[Address]) -> None:
    """The pages that a sitemap lists take its place, unless the import was ended meanwhile."""
    found = [ImportItem(name=page.name, address=page.url, listed=True) for page in pages if page.name != item.name]
    if not found:
        raise Refused("sitemap_empty")
    with transaction.atomic():
        if _ours(item).select_for_update().exists():
            items_add(item, found)
            import_close(item.parent_id)


def _lay_down(item: ImportItem, answer: Answer) -> None:
    media = answer.headers.get("content-type", "")
    suffix = answer_suffix(answer.data, media, answer.address.target.partition("?")[0])
    data = answer_text(answer.data, media) if suffix in {".html", ".md", ".txt", ".csv", ".jsonl"} else answer.data
    path = spool_path(item.parent_id, item.pk, f"page{suffix}")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    path.write_bytes(data)
    ready = _ours(item).update(
        state=ItemState.QUEUED,
        attempts=F("attempts") - 1,
        path=str(path),
        size=len(data),
        validators=_validators(answer),
    )
    if ready:
        imports_wake()
    else:
        path.unlink(missing_ok=True)  # the import was ended meanwhile


def _ours(item: ImportItem) -> QuerySet[ImportItem]:
    """`attempts` is the fence: whoever took the item later has a higher one."""
    return ImportItem.objects.filter(pk=item.pk, state=ItemState.IMPORTING, attempts=item.attempts)


def _validators(answer: Answer) -> dict[str, str]:
    """By which the server will know whether we have this version, as headers of the next request."""
    asked = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    found = {header: answer.headers.get(told, "") for header, told in asked.items()}
    return {header: value for header, value in found.items() if value and len(value) < 500}
