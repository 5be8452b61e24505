"""From the event loop to the pooling engine and back."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request

from model_runtime.engine.loop import EngineStopped, QueueFull
from model_runtime.engine.pooling import NotFinite, NoTokens, PoolingEngine, PoolingJob, Row
from model_runtime.server.answering.engine_errors import refused
from model_runtime.server.answering.room import room_for
from model_runtime.server.answering.waiting import while_wanted
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.helper import run_bounded
from model_runtime.server.runtime import Runtime

Inputs = TypeVar("Inputs", bound=Sequence[Any])


async def read_and_pool(
    request: Request, engine: PoolingEngine[Any], read: Callable[..., Inputs], *arguments: object
) -> tuple[Inputs, list[Row]]:
    """The inputs that `read(*arguments)` makes in a thread, and a row for each, for as long as they are wanted.

    Raises ApiError, also what `read` raises.
    """
    runtime: Runtime = request.app.state.runtime
    with room_for(runtime):
        try:
            inputs = await while_wanted(request, run_bounded(runtime.helper, read, *arguments))
        except NoTokens as error:
            raise ApiError(400, str(error), param="input") from error
        return inputs, await while_wanted(request, pool(engine, inputs))


async def pool(engine: PoolingEngine[Any], inputs: Sequence[Any], *, probe: bool = False) -> list[Row]:
    """A row for each input; cancelling the call cancels the work. A `probe` is not counted.

    Raises ApiError 429, 500 or 503.
    """
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

    job = PoolingJob(inputs, deliver, probe=probe)
    try:
        engine.submit(job)
        return await result
    except (QueueFull, EngineStopped) as error:
        raise refused(error) from error
    except NotFinite as error:
        raise ApiError(500, str(error), code="not_finite") from error
    except Exception as error:  # a backend may fail in any way; the engine has logged how
        raise ApiError(500, "The model failed on these inputs.", code="pooling_failed") from error
    finally:
        job.cancelled = True
