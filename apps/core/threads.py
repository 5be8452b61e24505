"""Blocking calls off the event loop, on threads that nothing else waits for.

The loop's default pool is shared with searches and views, and a stopping loop joins it without a limit.
"""

import asyncio
import contextvars
import functools
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections
from django.utils.translation import gettext as _

from .errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

_SHORT = ThreadPoolExecutor(4, thread_name_prefix="short")
_LONG = ThreadPoolExecutor(16, thread_name_prefix="long")
_given_up: contextvars.ContextVar[threading.Event] = contextvars.ContextVar("given_up")


async def short_call(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """For what takes milliseconds, seconds at worst."""
    call = functools.partial(contextvars.copy_context().run, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(_SHORT, call)


async def long_call(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """For what takes minutes. Cancelling it ends the thread too, at the next `rest` of `function`.

    Leaves no database connection open behind it.
    """
    given_up = threading.Event()
    context = contextvars.copy_context()
    context.run(_given_up.set, given_up)
    call = functools.partial(context.run, _with_connection, functools.partial(function, *args, **kwargs))
    try:
        return await asyncio.get_running_loop().run_in_executor(_LONG, call)
    except asyncio.CancelledError:
        given_up.set()
        raise


async def to_the_end(work: Awaitable[R]) -> R:
    """Awaits `work` to its end, also for who is cancelled meanwhile: what it did is there when they clean up."""
    doing = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.gather(doing, return_exceptions=True)
        raise


def _with_connection(call: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return call()
    finally:
        close_old_connections()


def rest(seconds: float = 0.0) -> None:
    """Sleeps in a thread. Raises Unavailable as soon as the `long_call` above it was cancelled."""
    given_up = _given_up.get(None)
    if given_up is None:
        time.sleep(seconds)
    elif given_up.wait(seconds):
        raise Unavailable(_("Interrupted: the process that did it ended. Try again."))
