"""Changing the embedding model: the new index is built beside the one that answers, then they change places."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from apps.audit.services import audit_record
from apps.core.actor import Actor
from apps.core.errors import ApplicationError, BadInput, Conflict, NotFound, Unavailable

from ..access import manager_required
from ..locks import only_one
from ..models import Collection, EmbeddingIndex, IndexState, PassageVector
from .embedder import embedder_found
from .fill import index_fill, missing
from .hnsw import hnsw_create
from .indexes import languages_apart, languages_to_renew, makers_put
from .swap import index_swap, retired_drop
from .vectors import vectors_outdated_drop

LANGUAGES = ("en", "zh")
Progress = Callable[[EmbeddingIndex], None]


def index_build(
    *, actor: Actor, embedder: str, languages: Sequence[str] = (), progress: Progress | None = None
) -> EmbeddingIndex:
    """Builds an index of the embedder's vectors and puts it into use; the old one answers until then.

    `languages` are those that the model reads, none for all. A build of the same that failed or whose process died
    is gone on with. Raises NotAllowed, and what went wrong, and the old index stays in use: a build that was
    refused something has failed, one that found nobody to ask waits for the next try.
    """
    index = _begin(actor, embedder, languages)
    _complete(index, progress)
    index.refresh_from_db()
    return index


def index_build_start(*, actor: Actor, embedder: str, languages: Sequence[str] = ()) -> EmbeddingIndex:
    """The same as a job: returns at once, and the row tells how far it is."""
    index = _begin(actor, embedder, languages)
    build_defer(index)
    return index


def index_build_cancel(*, actor: Actor, index_id: UUID) -> None:
    """Gives up one that is being built or has failed. Raises Conflict for any other, NotFound, NotAllowed."""
    manager_required(actor)
    index = EmbeddingIndex.objects.filter(pk=index_id).first()
    if index is None:
        raise NotFound(_("There is no such embedding index."))
    open_ones = EmbeddingIndex.objects.filter(pk=index.pk, state__in=[IndexState.BUILDING, IndexState.FAILED])
    with transaction.atomic():
        if not open_ones.update(state=IndexState.RETIRED, retired_at=timezone.now()):
            raise Conflict(_("Only an index that is being built, or has failed, can be given up."))
        _record(actor, "index.build_cancelled", index)


def build_defer(index: EmbeddingIndex) -> None:
    """Queues the building unless it waits in the queue."""
    from ..tasks import index_build_job  # tasks import services

    with suppress(AlreadyEnqueued), transaction.atomic():
        index_build_job.configure(queueing_lock=f"index-build:{index.pk}").defer(index_id=str(index.pk))


def build_run(index_id: UUID) -> None:
    """Goes on with a build; the row and the audit log say how it ended."""
    index = EmbeddingIndex.objects.filter(pk=index_id, state=IndexState.BUILDING).first()
    if index is not None:
        with suppress(ApplicationError):
            _complete(index, None)


def builds_recover() -> None:
    """At regular times: queues builds again, should their process have died, drops what was retired, and fills the
    active index. Raises what `active_fill` does.
    """
    for index in EmbeddingIndex.objects.filter(state=IndexState.BUILDING):
        build_defer(index)
    retired_drop()
    active_fill()


def active_fill() -> None:
    """Gives passages that the active index misses their vectors, unless somebody is at it; in the place of those
    that another release's model made, too. Raises what `index_fill` does.
    """
    active = EmbeddingIndex.objects.filter(state=IndexState.ACTIVE).first()
    if active and (languages_to_renew(active) or missing(active).exists()):
        with _only_builder(active) as alone:
            if alone:
                _fill(active, None)
                active.total = active.done  # of those counted at first some may have gone
                active.save(update_fields=["total", "updated_at"])
                Collection.objects.update(version=F("version") + 1)  # searches look again at what they can compare


def _begin(actor: Actor, embedder: str, languages: Sequence[str]) -> EmbeddingIndex:
    manager_required(actor)
    if unknown := set(languages) - set(LANGUAGES):
        raise BadInput(_("Languages are en and zh, not %(language)s.") % {"language": ", ".join(sorted(unknown))})
    name, dimension = embedder_found(embedder)
    wish = {"embedder": name, "languages": sorted(set(languages))}
    unfinished = [IndexState.BUILDING, IndexState.FAILED]
    before = EmbeddingIndex.objects.filter(**wish, state__in=unfinished).first()
    try:
        with transaction.atomic():
            if before and before.dimension == dimension:
                index = before
                index.state, index.failure = IndexState.BUILDING, ""
                index.save()
            else:
                index = EmbeddingIndex(**wish, dimension=dimension, actor=_plain(actor))
                makers_put(index)
                index.save()
                hnsw_create(index.pk, dimension, languages_apart(index))
            _record(actor, "index.build_started", index)
    except IntegrityError as error:
        raise Conflict(_("Another embedding index is being built. Wait for it, or give it up.")) from error
    return index


def _complete(index: EmbeddingIndex, progress: Progress | None) -> None:
    with _only_builder(index) as alone:
        if not alone:
            raise Conflict(_("This embedding index is being built already."))
        try:
            with translation.override("en"):  # what is stored is shown to people of either language
                _fill(index, progress)
                while not index_swap(index):
                    _fill(index, progress)
        except ApplicationError as error:
            _note(index, error)
            raise


def _fill(index: EmbeddingIndex, progress: Progress | None) -> None:
    rows = EmbeddingIndex.objects.filter(pk=index.pk)
    vectors_outdated_drop(index)
    index.done = PassageVector.objects.filter(index=index).count()
    index.total = index.done + missing(index).count()
    rows.update(done=index.done, total=index.total, run_at=timezone.now(), run_done=index.done)
    for added in index_fill(index):
        index.done += added
        index.total = max(index.total, index.done)
        # Who gave it up meanwhile has changed the state, and with it ended this.
        if not rows.filter(state=index.state).update(done=index.done, total=index.total):
            raise Conflict(_("The building of this embedding index was given up."))
        if progress:
            progress(index)


def _note(index: EmbeddingIndex, error: ApplicationError) -> None:
    building, cause = EmbeddingIndex.objects.filter(pk=index.pk, state=IndexState.BUILDING), str(error.message)
    if isinstance(error, Unavailable):
        building.update(failure=cause)
        return
    with transaction.atomic():
        if building.update(state=IndexState.FAILED, failure=cause):
            _record(Actor(**index.actor), "index.build_failed", index, cause=cause)


def _only_builder(index: EmbeddingIndex) -> AbstractContextManager[bool]:
    """Whether nobody else builds this index."""
    return only_one(index.pk.int & 0x7FFF_FFFF_FFFF_FFFF)


def _plain(actor: Actor) -> dict[str, object]:
    return {**asdict(actor), "visitor_id": None}


def _record(actor: Actor, action: str, index: EmbeddingIndex, **data: str) -> None:
    facts = {"embedder": index.embedder, "languages": index.languages, "dimension": index.dimension}
    audit_record(actor=actor, action=action, target=f"index:{index.pk}", data=facts | data)
