"""Loading takes long, so it is a job."""

from uuid import UUID

from procrastinate.contrib.django import app

from apps.core.threads import long_call

from .deployment.rollout import rollout_run


@app.task(name="inference.rollout")
async def rollout_job(*, rollout_id: str) -> None:
    await long_call(rollout_run, UUID(rollout_id))
