"""The job worker, in the same event loop as the web server."""

from procrastinate.contrib.django import app

CONCURRENCY = 64  # jobs wait for the runtime and the database; they hardly compute


async def run_worker() -> None:
    """Runs until cancelled; jobs get half a second to finish."""
    worker_app = app.with_connector(app.connector.get_worker_connector())
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            name="parley",
            concurrency=CONCURRENCY,
            install_signal_handlers=False,
            shutdown_graceful_timeout=0.5,
            delete_jobs="successful",
        )
