"""The jobs of the chat."""

from uuid import UUID

from procrastinate.contrib.django import app


@app.task(name="generation_run", queue="generations")
async def generation_task(*, generation_id: str) -> None:
    """Makes the answer; a job that is delivered twice finds the generation taken."""
    from .generation.runner import generation_run

    await generation_run(UUID(generation_id))
