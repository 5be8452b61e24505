"""The jobs of the chat."""

from importlib import import_module
from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app

from apps.core.db import in_database


@app.task(name="generation_run", queue="generations")
async def generation_task(*, generation_id: str) -> None:
    """Makes the answer; a job that is delivered twice finds the generation taken."""
    from .generation.runner import generation_run

    await generation_run(UUID(generation_id))


@app.periodic(cron="17 * * * *")
@app.task(name="sessions_clear", queueing_lock="sessions_clear")
async def sessions_clear(timestamp: int) -> None:
    """Deletes sessions that ran out: each visitor of the page gets one, as a socket cannot set a cookie.

    Hourly, for installations that run only now and then.
    """
    await in_database(import_module(settings.SESSION_ENGINE).SessionStore.clear_expired)
