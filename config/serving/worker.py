"""The job worker, in the same event loop as the web server."""

import asyncio
import logging

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import close_db_connections
from procrastinate.exceptions import ConnectorException

log = logging.getLogger(__name__)
CONCURRENCY = 128  # jobs wait for the runtime and the database; they hardly compute
AGAIN_SECONDS = 1.0
GRACE_SECONDS = 0.5


async def run_worker() -> None:
    """Runs until cancelled; jobs get half a second to finish.

    The library's worker ends when its database restarts: another one follows, until the database is back.
    """
    while True:
        try:
            await jobs_work()
        except ConnectorException as error:
            log.warning("no jobs now: %s", error.__cause__ or error)
        await asyncio.sleep(AGAIN_SECONDS)


async def jobs_work(*, wait: bool = True) -> None:
    """Runs until cancelled; without `wait` until no job is left, however long the last ones take."""
    # The library defers periodic jobs over a connection that nobody else renews: it may be dead.
    await sync_to_async(close_old_connections)()
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        # What earlier versions kept of jobs that failed.
        await worker_app.job_manager.delete_old_jobs(0, include_failed=True, include_aborted=True)
        await worker_app.run_worker_async(
            name="parley",
            wait=wait,
            concurrency=CONCURRENCY,
            install_signal_handlers=False,
            shutdown_graceful_timeout=GRACE_SECONDS if wait else None,
            delete_jobs="always",  # the log says what failed; whatever has to be done again has a row of its own
            # Jobs on the event loop have no connection of their own to be closed, which would cost two turns in a
            # thread for each.
            task_middleware=[close_db_connections],
        )
