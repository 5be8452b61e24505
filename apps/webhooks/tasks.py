"""The jobs of the webhooks."""

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from apps.core.db import in_database
from apps.core.threads import long_call


@app.task(name="webhooks.deliver", queue="webhooks")
async def deliver_job(*, webhook_id: str) -> None:
    """Delivers what is due at one webhook. A second one at the same time leaves at once."""
    from .delivering import deliveries_run

    await long_call(deliveries_run, UUID(webhook_id))


@app.periodic(cron="* * * * * */10")
@app.task(name="webhooks.look", queue="webhooks", queueing_lock="webhooks_look")
async def webhooks_look(timestamp: int) -> None:
    """Second tries, and what a killed worker left; its job is forgotten."""
    from .queueing import webhooks_wake

    for job in await app.job_manager.get_stalled_jobs(queue="webhooks"):
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
    await in_database(webhooks_wake)


@app.periodic(cron="41 * * * *")
@app.task(name="webhooks.prune", queue="webhooks", queueing_lock="webhooks_prune")
async def webhooks_prune(timestamp: int) -> None:
    from .delivering import deliveries_prune

    await in_database(deliveries_prune)
