"""Database work from the event loop, in threads that keep their connections.

asgiref's single thread would put every socket behind whatever else runs there.
"""

import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

P = ParamSpec("P")
R = TypeVar("R")

# Each thread keeps its connection so long: opening one costs more than most of what is asked over it.
KEEP_SECONDS = 60.0
_thread = threading.local()


def _threads(most: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(most, thread_name_prefix=name, initializer=lambda: setattr(_thread, "keeps", True))


# Few: what is done here is mostly Python's, so more threads answer nobody sooner, and the event loop and the pages
# wait for their turn between them.
_THREADS = _threads(3, "database")
_WAITING = _threads(8, "waiting")
# More than ever compute at once: a page may wait for a row that another one has locked.
_PAGES = _threads(8, "page")
_SLOW_PAGES = _threads(6, "slow-page")
_LOOKING = _threads(1, "looking")
_HEALTH = _threads(1, "health")


async def in_database(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `function` in a thread that has a working connection."""
    return await _run(_THREADS, lambda: function(*args, **kwargs))


async def in_database_waiting(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for what also waits for others, such as the runtime: nobody's short work stands behind it."""
    return await _run(_WAITING, lambda: function(*args, **kwargs))


async def for_page(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for a whole request of somebody who waits for a page."""
    return await _run(_PAGES, lambda: function(*args, **kwargs))


async def for_slow_page(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """For a request that waits for the runtime, or until a file is read: no other page stands behind it."""
    return await _run(_SLOW_PAGES, lambda: function(*args, **kwargs))


async def for_long_look(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """For a request that computes for seconds: one at a time, so that pages and answers beside it go on."""
    return await _run(_LOOKING, lambda: function(*args, **kwargs))


async def for_health(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """For whoever asks whether this process is alive: nothing else is done there."""
    return await _run(_HEALTH, lambda: function(*args, **kwargs))


async def _run(threads: ThreadPoolExecutor, function: Callable[[], R]) -> R:
    def call() -> R:
        _connection_check()
        try:
            return function()
        finally:
            connection.close_if_unusable_or_obsolete()

    return await sync_to_async(call, thread_sensitive=False, executor=threads)()


def _connection_check() -> None:
    """The database may have been restarted since the thread's last call. A server that is gone has said so: an idle
    connection has something to read then, and only such a one is asked, which costs a round trip.
    """
    if (
        connection.connection is not None
        and _has_news(connection.connection.fileno())
        and not connection.is_usable()
    ):
        connection.close()


def _has_news(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))


def _keep(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Django would close it behind each request, which is right only for threads that come and go."""
    if getattr(_thread, "keeps", False):
        connection.close_at = time.monotonic() + KEEP_SECONDS


connection_created.connect(_keep)
