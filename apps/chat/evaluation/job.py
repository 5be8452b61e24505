"""Carrying a stored run out, by a job or a command: asks what is left, stores each answer, ends once."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing, suppress
from uuid import UUID

from apps.core.db import in_database
from apps.core.errors import ApplicationError
from apps.core.threads import long_call
from apps.inference.services import deployment_ensure, embedder_ensure, reranker_ensure

from ..models import RunState
from .records import Lease, lease_beat, lease_take, result_store, run_close
from .run import evaluate

logger = logging.getLogger(__name__)
BEAT_SECONDS = 5.0


async def run_carry_out(run_id: UUID, progress: Callable[[int], None] = lambda _done: None) -> None:
    """Returns at once for a run that another process has, or that has ended. `progress` is told how many are asked.

    A process that is shut down leaves the run as it is: `runs_recover` gives it to the next.
    """
    lease = await in_database(lease_take, run_id)
    if lease is None:
        return
    beating = asyncio.create_task(_beat(lease))
    try:
        state, error = await _ask(lease, progress)
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
    await in_database(run_close, lease, state, error)


async def _ask(lease: Lease, progress: Callable[[int], None]) -> tuple[str, str]:
    try:
        await long_call(deployment_ensure, target=lease.setting.target)
        await long_call(embedder_ensure)
        await long_call(reranker_ensure)
        async with aclosing(evaluate(lease.setting, [case for _position, case in lease.open])) as results:
            done = 0
            async for place, result in results:
                position, _case = lease.open[place]
                if not await in_database(result_store, lease, position, result):
                    break  # cancelled, or another process went on with it
                progress(done := done + 1)
    except ApplicationError as error:
        logger.warning("evaluation %s: %s", lease.run_id, error)
        return RunState.FAILED, error.code
    except Exception:  # whatever broke, the row must not say "running" for ever
        logger.exception("evaluation %s failed", lease.run_id)
        return RunState.FAILED, "internal"
    return RunState.DONE, ""


async def _beat(lease: Lease) -> None:
    """Loading a model takes minutes; until the first answer this alone tells that somebody is at it."""
    while await in_database(lease_beat, lease):  # noqa: ASYNC110  nothing to wait for: it is a clock
        await asyncio.sleep(BEAT_SECONDS)
