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


@app.task(name="answers_ahead", queue="ahead", lock="ahead", priority=-10)
async def ahead_task(*, assistant_id: str, question: str) -> None:
    """Answers what is likely asked after `question`; one at a time, when nothing else waits."""
    from .generation.ahead import answers_ahead

    await answers_ahead(UUID(assistant_id), question)


@app.task(name="evaluation_run", queue="evaluations")
async def evaluation_task(*, run_id: str) -> None:
    """Asks the questions of an evaluation; a job that is delivered twice finds the run taken."""
    from .evaluation.job import run_carry_out

    await run_carry_out(UUID(run_id))


@app.periodic(cron="* * * * *")
@app.task(name="evaluations_recover", queueing_lock="evaluations_recover")
async def evaluations_recover(timestamp: int) -> None:
    """Lets another worker go on with what a dead one left."""
    from .evaluation.services import runs_recover

    await in_database(runs_recover)


@app.task(name="removal_run", queue="removals")
async def removal_task(*, removal_id: str) -> None:
    """Deletes all of one person's conversations; a job that is delivered twice finds the removal taken."""
    from .news import conversation_tell
    from .services.removing import removal_carry_out

    if told := await removal_carry_out(UUID(removal_id)):
        await conversation_tell(told)


@app.periodic(cron="* * * * *")
@app.task(name="removals_recover", queueing_lock="removals_recover")
async def removals_recover_task(timestamp: int) -> None:
    """Lets another worker go on with what a dead one left."""
    from .services.removing import removals_recover

    await in_database(removals_recover)


@app.periodic(cron="23 * * * *")
@app.task(name="files_forget", queueing_lock="files_forget")
async def files_forget_task(timestamp: int) -> None:
    """Deletes files that were brought and never sent."""
    from .services.files import files_forget

    await in_database(files_forget)


@app.periodic(cron="37 * * * *")
@app.task(name="trials_forget", queueing_lock="trials_forget")
async def trials_forget_task(timestamp: int) -> None:
    """Deletes assistants that were only tried, with what was said in the trials."""
    from .services.trial import trials_forget

    await in_database(trials_forget)


@app.periodic(cron="17 * * * *")
@app.task(name="sessions_clear", queueing_lock="sessions_clear")
async def sessions_clear(timestamp: int) -> None:
    """Deletes sessions that ran out: each visitor of the page gets one, as a socket cannot set a cookie.

    Hourly, for installations that run only now and then.
    """
    await in_database(import_module(settings.SESSION_ENGINE).SessionStore.clear_expired)
