"""One of the few threads that import: takes items, has them read, embeds and stores them, until nothing waits."""

from collections.abc import Callable
from pathlib import Path

from apps.core.chunks import bytes_there
from apps.core.threads import rest

from ..indexing.indexes import index_active
from ..indexing.vectors import PieceVectors
from ..models import ImportItem, ImportSource
from .amending import amend
from .blocks import Refused
from .claims import Claim, claim_next, claim_release
from .columns import columns_of
from .embedding import embed_titled
from .known import documents_known
from .originals import original_keep
from .reading import Task
from .results import Result
from .sandbox import Sandbox
from .store import results_store
from .unaltered import unaltered_note

EMBED_AT_ONCE = 256  # passages; between two such portions progress is told


def hand_work(enough: Callable[[], bool], *, vectors: bool = True) -> None:
    """Returns when nothing waits or `enough` says so; what was taken is always finished or given back. Without
    `vectors` documents are stored with none.
    """
    with Sandbox() as sandbox:
        while not enough() and (claim := claim_next()):
            try:
                _work(claim, sandbox, vectors)
            except BaseException:  # a shutdown too: what was taken is given back before we go
                claim_release(claim)
                raise


def _work(claim: Claim, sandbox: Sandbox, vectors: bool) -> None:
    known = _known(claim)
    results = []
    for item in claim.items:
        rest()  # a stopping server does not wait for the whole claim
        results.append(_read(claim, item, known.get(item.name, ""), sandbox))
    amend(claim.parent, results)
    unaltered_note(claim.parent, results)
    if vectors:
        _embed(results)
    else:
        for result in results:
            result.vectors = [{} for _ in result.reading.pieces] if result.reading else []
    results_store(claim.parent, results)


def _known(claim: Claim) -> dict[str, str]:
    """The hashes of the documents that need not be read again."""
    if claim.parent.source == ImportSource.AGAIN:
        return {}
    columns = {item.name: columns_of(item, claim.parent) for item in claim.items}
    return documents_known(claim.parent.collection, columns)


def _read(claim: Claim, item: ImportItem, known: str, sandbox: Sandbox) -> Result:
    parent = claim.parent
    try:
        if parent.source == ImportSource.UPLOAD and not item.member and bytes_there(Path(item.path)) != item.size:
            raise Refused("gone")  # a power cut took a part of it
        how = vars(columns_of(item, parent)) | vars(parent.collection.splitting)
        task = Task(item.path, item.name, item.member, known, **how)
        reading = sandbox.read(task)
        return Result(item, reading, original="" if reading.members else original_keep(item, reading.sha256))
    except Refused as error:
        return Result(item, failure=error)


def _embed(results: list[Result]) -> None:
    """Across documents, so that the embedder gets full batches."""
    pieces = [(result, piece) for result in results if result.reading for piece in result.reading.pieces]
    vectors: list[PieceVectors] = []
    try:
        for start in range(0, len(pieces), EMBED_AT_ONCE):
            portion = pieces[start : start + EMBED_AT_ONCE]
            if start:
                rest()
                _tell(portion[0][0].item, start, len(pieces))
            vectors += embed_titled([(result.title, piece) for result, piece in portion])
    except Refused as error:
        index = index_active()
        for result, piece in pieces:
            if index.reads(piece.language):
                result.reading, result.failure = None, error
        vectors = [{} for _ in pieces]
    for (result, _), row in zip(pieces, vectors, strict=True):
        result.vectors.append(row)


def _tell(item: ImportItem, done: int, total: int) -> None:
    """How far a long document is; short ones are done before anybody could look."""
    ImportItem.objects.filter(pk=item.pk, attempts=item.attempts).update(passages=total, embedded=done)
