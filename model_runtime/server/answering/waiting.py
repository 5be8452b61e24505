"""Waits for work and notices when the client goes away meanwhile."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.types import Receive

from model_runtime.server.answering.engine_errors import cancelled
from model_runtime.server.http.errors import ApiError
from model_runtime.server.http.exchange import exchange_of, seconds_of

Result = TypeVar("Result")


async def while_wanted(request: Request, work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, which is cancelled when nobody wants it any more.

    Raises ApiError 499 when the client goes away or the request is cancelled, 504 when its time is up.
    """
    exchange = exchange_of(request)
    task = asyncio.ensure_future(work)
    exchange.stop = task.cancel
    if exchange.cancelled:
        task.cancel()
    try:
        with on_disconnect(request.receive, task.cancel):
            async with asyncio.timeout(seconds_of(request)):
                result = await task
    except TimeoutError as error:
        raise ApiError(
            504, "The deadline passed before the answer was complete.", code="deadline_exceeded"
        ) from error
    except asyncio.CancelledError:
        if asyncio.current_task().cancelling():  # type: ignore[union-attr]  # a coroutine always runs in a task
            raise
        raise (
            cancelled() if exchange.cancelled else ApiError(499, "The client went away.", code="cancelled")
        ) from None
    finally:
        task.cancel()
    if exchange.cancelled:  # when the work had just ended
        raise cancelled()
    return result


@contextlib.contextmanager
def on_disconnect(receive: Receive, act: Callable[[], object]) -> Iterator[None]:
    """Calls `act` at once if the client disconnects inside the block."""
    gone = asyncio.ensure_future(_disconnected(receive))
    gone.add_done_callback(lambda done: None if done.cancelled() else act())
    try:
        yield
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@contextlib.contextmanager
def every(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    """Calls `act` again and again inside the block, first after `seconds`."""
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def again() -> None:
        nonlocal timer
        timer = loop.call_later(seconds, again)
        act()

    timer = loop.call_later(seconds, again)
    try:
        yield
    finally:
        timer.cancel()
