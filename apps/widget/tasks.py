"""The jobs of the widget."""

from procrastinate.contrib.django import app

from apps.core.db import in_database


@app.periodic(cron="27 * * * *")
@app.task(name="visitor_sessions_clear", queueing_lock="visitor_sessions_clear")
async def visitor_sessions_clear(timestamp: int) -> None:
    """Hourly, for installations that run only now and then."""
    from .sessions import sessions_clear

    await in_database(sessions_clear)
