"""From the event loop to the pooling engine and back."""

import asyncio
from collections.abc import Sequence
from typing import Any

from model_runtime.engine.loop import EngineStopped, QueueFull
from model_runtime.engine.pooling import PoolingEngine, PoolingJob, Row
from model_runtime.server.engine_errors import refused
from model_runtime.server.errors import ApiError


async def pool(engine: PoolingEngine[Any], inputs: Sequence[Any]) -> list[Row]:
    """A row for each input; cancelling the call cancels the work. Raises ApiError 429, 500 or 503."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[list[Row]] = loop.create_future()

    def settle(outcome: list[Row] | Exception) -> None:
        if result.done():
            return
        if isinstance(outcome, Exception):
            result.set_exception(outcome)
        else:
            result.set_result(outcome)

    def deliver(outcome: list[Row] | Exception) -> None:
        loop.call_soon_threadsafe(settle, outcome)

    job = PoolingJob(inputs, deliver)
    try:
        engine.submit(job)
        return await result
    except (QueueFull, EngineStopped) as error:
        raise refused(error) from error
    except Exception as error:  # a backend may fail in any way; the engine has logged how
        raise ApiError(500, "The model failed on these inputs.", code="pooling_failed") from error
    finally:
        job.cancelled = True
