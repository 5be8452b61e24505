"""What an import would change, told before it does."""

from collections.abc import Iterable, Sequence
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


def import_foresee(*, actor: Actor, row: Import, items: Iterable[ImportItem]) -> Foreseen:
    """What an upload that has arrived, and whose `items` a worker has hashed, would change. Raises NotAllowed."""
    manager_required(actor)
    files = [Hashed(item.name, item.hashes or {}, columns_of(item, row)) for item in items]
    return foresee(row.collection, files, opened=row.created_at)
