"""Who is being prepared waits too: room in the queue is found before anything is computed for a request."""

import contextlib
from collections.abc import Iterator

from model_runtime.engine.loop import QueueFull
from model_runtime.server.answering.engine_errors import refused
from model_runtime.server.http.errors import ApiError
from model_runtime.server.runtime import Generator, Runtime

_RETRY_AFTER = 2


@contextlib.contextmanager
def room_for(runtime: Runtime, count: int = 1, *, generator: Generator | None = None) -> Iterator[None]:
    """Count `count` answers among those that wait until the block ends, when they are queued or have ended.

    Raises ApiError 429 if there is no room now, 400 if there never is.
    """
    size, queued, free, retry_after = runtime.queue_size, 0, 0, _RETRY_AFTER
    if generator is not None:
        engine = generator.engine
        if count > engine.slots + size:
            message = f"n is {count}; at once {engine.slots} answers run here, and {size} wait."
            raise ApiError(400, message, param="n", code="invalid_value")
        queued, free = engine.metrics.waiting, max(engine.slots - engine.metrics.running, 0)
        retry_after = engine.metrics.retry_after()
    ahead = runtime.preparing + queued
    if ahead + count > size + free:
        raise refused(QueueFull(max(ahead - free, 0), retry_after, size))
    runtime.preparing += count
    try:
        yield
    finally:
        runtime.preparing -= count
