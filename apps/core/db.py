"""Database work from the event loop, in a few threads that keep their connections.

asgiref's single thread would put every socket behind whatever else runs there.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")

# Each thread keeps its connection so long: opening one costs more than most of what is asked over it.
KEEP_SECONDS = 60.0
_THREADS = ThreadPoolExecutor(8, thread_name_prefix="database")
_thread = threading.local()


async def in_database(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `function` in a thread that has a working connection."""

    def call() -> R:
        _connection_check()
        try:
            return function(*args, **kwargs)
        finally:
            _connection_leave()

    return await sync_to_async(call, thread_sensitive=False, executor=_THREADS)()


def _connection_check() -> None:
    """The database may have been restarted since the thread's last call."""
    if connection.connection is not None and not connection.is_usable():
        connection.close()
    if connection.connection is None:
        _thread.opened_at = time.monotonic()


def _connection_leave() -> None:
    if connection.errors_occurred or time.monotonic() - _thread.opened_at >= KEEP_SECONDS:
        connection.close()
