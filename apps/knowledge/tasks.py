"""The jobs of the knowledge base."""

import logging
from collections.abc import Callable
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from apps.core.errors import ApplicationError
from apps.core.threads import long_call

log = logging.getLogger(__name__)


@app.task(name="knowledge.imports", queue="imports")
async def imports_job() -> None:
    """Works on all imports until nothing waits. A second one that runs at the same time leaves at once.

    One job for many files: fetching and ending a job of the queue costs more than importing a short document. The
    items (`models.ImportItem`) are the queue, with a state each; this job is what wakes a worker.
    """
    from .ingest.runner import imports_run

    await long_call(imports_run)


@app.task(name="knowledge.fetches", queue="imports")
async def fetches_job() -> None:
    """Fetches all pages of the web that wait, one after the other. A second one at the same time leaves at once."""
    from .web.fetching import fetches_run

    await long_call(fetches_run)


@app.task(name="knowledge.uploads", queue="imports", queueing_lock="uploads", lock="uploads")
async def uploads_job() -> None:
    """Hashes the files of uploads that have arrived."""
    from .ingest.hashing import uploads_hash

    await long_call(uploads_hash)


@app.periodic(cron="* * * * * */10")
@app.task(name="knowledge.imports_look", queue="imports", queueing_lock="imports_look")
async def imports_look(timestamp: int) -> None:
    """Goes on with what a killed worker left, and forgets its job."""
    from .ingest.upkeep import imports_upkeep
    from .web.fetching import fetches_wake

    for job in await app.job_manager.get_stalled_jobs(queue="imports"):
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    await long_call(fetches_wake)
    await long_call(imports_upkeep)


@app.periodic(cron="17 3 * * *")
@app.task(name="knowledge.originals_look", queue="imports", queueing_lock="originals_look")
async def originals_look(timestamp: int) -> None:
    """Removes original files that no document was made of."""
    from .ingest.originals import originals_sweep

    await long_call(originals_sweep)


@app.task(name="knowledge.index_build")
async def index_build_job(*, index_id: str) -> None:
    """Builds an embedding index and puts it into use. A second one at the same time leaves at once."""
    from .indexing.build import build_run

    await long_call(build_run, UUID(index_id))


@app.task(name="knowledge.vectors", queueing_lock="vectors")
async def vectors_job() -> None:
    """Makes the vectors of documents that came in without any. A second one at the same time leaves at once."""
    from .indexing.build import active_fill

    await _embedded(active_fill)


@app.task(name="knowledge.tokens", queueing_lock="tokens")
async def tokens_job() -> None:
    """Makes the tokens of passages anew that an earlier version of the product made."""
    from .indexing.tokens import tokens_run

    await long_call(tokens_run)


@app.periodic(cron="* * * * *")
@app.task(name="knowledge.index_look", queueing_lock="index_look")
async def index_look(timestamp: int) -> None:
    """Goes on with builds that a killed worker left, takes away what was retired, and looks for outdated tokens."""
    from .indexing.build import builds_recover
    from .indexing.tokens import tokens_defer

    await long_call(tokens_defer)
    await _embedded(builds_recover)


async def _embedded(work: Callable[[], None]) -> None:
    """While an embedding model is away, the next look goes on."""
    try:
        await long_call(work)
    except ApplicationError as error:
        log.warning("vectors have to wait: %s", error)
