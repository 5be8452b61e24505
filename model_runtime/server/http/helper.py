"""Runs blocking work beside the event loop, and interrupts it when it takes too long."""

import asyncio
import ctypes
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from model_runtime.server.http.errors import ApiError

SECONDS = 5.0
STUCK_AFTER = 30.0
"""Seconds after which work counts as endless: the compilation of a grammar, which is no Python, cannot be ended."""

Result = TypeVar("Result")


class TookTooLong(Exception):
    """Raised inside work that has used up its time."""


class Helper(ThreadPoolExecutor):
    """A few threads for blocking work, which knows since when each is at what it does."""

    def __init__(self, threads: int = 2) -> None:
        super().__init__(threads, "helper")
        self._size = threads
        self._since: dict[int, float] = {}

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Do `work` when a thread is free, as every executor does."""
        return super().submit(self._noted, work, *arguments, **named)

    def stuck(self) -> bool:
        """Whether no thread will be free again: each has been at one piece of work for too long."""
        since = list(self._since.values())
        return len(since) == self._size and max(since) < time.monotonic() - STUCK_AFTER

    def _noted(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        thread = threading.get_ident()
        self._since[thread] = time.monotonic()
        try:
            return work(*arguments, **named)
        finally:
            del self._since[thread]


async def run_bounded(
    executor: Executor, work: Callable[..., Result], *arguments: object, seconds: float = SECONDS
) -> Result:
    """The result of `work(*arguments)` in a thread. Raises ApiError 400 when it takes longer than `seconds`.

    Time spent waiting for a thread does not count. Cancelling the call takes back work that still waits; what has
    begun goes on to its end, under the same limit.

    A chat template is a program from a stranger: it may loop, and a thread cannot be killed. So an exception is
    raised inside it, which ends whatever is Python.
    """
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def begun() -> None:
        loop.call_soon_threadsafe(lambda: timers.append(loop.call_later(seconds, watched.interrupt)))

    def ended() -> None:
        # Not when this call ends: its client may leave while the work goes on.
        loop.call_soon_threadsafe(lambda: timers.pop().cancel())

    watched = _Watched(work, begun, ended)
    try:
        return await loop.run_in_executor(executor, watched, *arguments)
    except TookTooLong as error:
        raise ApiError(400, "Preparing this request takes too long.", code="too_slow") from error


class _Watched(Generic[Result]):
    """Work that can be interrupted while it runs, and only then."""

    def __init__(self, work: Callable[..., Result], begun: Callable[[], None], ended: Callable[[], None]) -> None:
        self._work = work
        self._begun = begun
        self._ended = ended
        self._lock = threading.Lock()
        self._thread: int | None = None

    def __call__(self, *arguments: object) -> Result:
        with self._lock:
            self._thread = threading.get_ident()
        try:
            self._begun()
            return self._work(*arguments)
        finally:
            with self._lock:
                self._thread = None
            self._ended()

    def interrupt(self) -> None:
        with self._lock:
            if self._thread is not None:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread), ctypes.py_object(TookTooLong)
                )
