"""Loading takes long, so it is a job."""

from uuid import UUID

from procrastinate.contrib.django import app

from .rollout import rollout_run


@app.task(name="inference.rollout")
def rollout_job(*, rollout_id: str) -> None:
    rollout_run(UUID(rollout_id))
