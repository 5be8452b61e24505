"""What an import would change, told before it does."""

from collections.abc import Sequence
from pathlib import Path

from apps.core.actor import Actor

from ..access import manager_required
from ..ingest.blocks import Refused
from ..ingest.files import collect_sources
from ..ingest.foresight import Foresight, Hashed, files_foresight, hashes_of, upload_foresight
from ..ingest.passages import Splitting
from ..ingest.sandbox import Sandbox
from ..models import Collection, Import


def paths_foresee(
    *,
    actor: Actor,
    collection: str,
    paths: Sequence[Path],
    question: str = "",
    answer: str = "",
    splitting: Splitting | None = None,
) -> Foresight:
    """What `collection_import` of these files would change; the collection (a slug) need not be there. `splitting`
    is how it would be cut, unless as now. Raises BadInput, NotFound, NotAllowed.
    """
    manager_required(actor)
    found = Collection.objects.filter(slug=collection).first() or Collection(slug=collection)
    if splitting is not None:
        found.passage_size, found.overlap = splitting.size, splitting.overlap
    with Sandbox() as sandbox:
        files = [
            Hashed(source.name, _hashes(source.path, source.name, sandbox), question, answer)
            for source in collect_sources(list(paths))
        ]
    return files_foresight(found, files)


def _hashes(path: Path, name: str, sandbox: Sandbox) -> dict[str, str]:
    try:
        return hashes_of(path, name, sandbox)
    except Refused:
        return {}


def import_foresee(*, actor: Actor, row: Import) -> Foresight:
    """What an upload that has arrived, and whose files a worker has hashed, would change. Raises NotAllowed."""
    manager_required(actor)
    return upload_foresight(row)
