"""What an import would change, told before it does."""

from collections.abc import Sequence
from pathlib import Path

from apps.core.actor import Actor

from ..access import manager_required
from ..ingest.blocks import Columns
from ..ingest.columns import columns_of
from ..ingest.files import collect_sources
from ..ingest.foresight import Foreseen, Hashed, foresee, hashes_of
from ..ingest.passages import Splitting
from ..ingest.sandbox import Sandbox
from ..models import Collection, Import, ImportItem

_AT_ONCE = 500  # files whose hashes are written down together


def paths_foresee(
    *,
    actor: Actor,
    collection: str,
    paths: Sequence[Path],
    question: str = "",
    answer: str = "",
    splitting: Splitting | None = None,
) -> Foreseen:
    """What `collection_import` of these files would change; the collection (a slug) need not be there. `splitting`
    is how it would be cut, unless as now. Raises BadInput, NotFound, NotAllowed.
    """
    manager_required(actor)
    found = Collection.objects.filter(slug=collection).first() or Collection(slug=collection)
    if splitting is not None:
        found.passage_size, found.overlap = splitting.size, splitting.overlap
    columns = Columns(question, answer)
    with Sandbox() as sandbox:
        files = [
            Hashed(source.name, hashes_of(source.path, source.name, sandbox), columns)
            for source in collect_sources(list(paths))
        ]
    return foresee(found, files)


def import_foresee(*, actor: Actor, row: Import) -> Foreseen:
    """What an upload that has arrived would change. Its files are hashed at the first time that somebody asks.

    Raises NotAllowed.
    """
    manager_required(actor)
    items = list(row.items.order_by("position"))
    with Sandbox() as sandbox:
        unread = [item for item in items if item.hashes is None]
        for start in range(0, len(unread), _AT_ONCE):
            portion = unread[start : start + _AT_ONCE]
            for item in portion:
                item.hashes = hashes_of(Path(item.path), item.name, sandbox)
            ImportItem.objects.bulk_update(portion, ["hashes"])
    files = [Hashed(item.name, item.hashes or {}, columns_of(item, row)) for item in items]
    return foresee(row.collection, files, opened=row.created_at)
