"""The database from the event loop, in a few threads of the chat's own.

asgiref's single thread would put every socket behind whatever else runs there, a search or an import included.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")

_THREADS = ThreadPoolExecutor(4, thread_name_prefix="chat-db")


async def in_database(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs `function` in a thread with a connection that is closed, or given back, when it returns."""

    def call() -> R:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(call, thread_sensitive=False, executor=_THREADS)()
