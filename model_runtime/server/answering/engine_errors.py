"""What the engine's refusals and endings mean to a client: the one place where they become HTTP."""

from model_runtime.engine.loop import EngineStopped, QueueFull
from model_runtime.engine.request import Finished
from model_runtime.server.http.errors import ApiError


def refused(error: QueueFull | EngineStopped) -> ApiError:
    """429 with the place in the queue and when to come back, or 503 when the runtime is stopping."""
    if isinstance(error, EngineStopped):
        return ApiError(503, "The runtime is stopping.", code="stopping")
    return ApiError(
        429,
        f"The queue is full: {error.waiting} requests are waiting, of at most {error.size}. "
        f"Try again in {error.retry_after} seconds.",
        code="queue_full",
        headers={"Retry-After": str(error.retry_after), "X-Queue-Position": str(error.waiting + 1)},
    )


def failure(finished: Finished) -> ApiError | None:
    """The error that an answer ended with; None if it is complete."""
    if finished.reason in ("stop", "length"):
        return None
    if finished.reason == "cancelled":
        return cancelled()
    status = 504 if finished.code == "deadline_exceeded" else 500
    return ApiError(status, finished.error or "The answer failed.", code=finished.code or "generation_failed")


def cancelled() -> ApiError:
    """499 for what somebody cancelled: clients do not repeat it by themselves, as they would after 409 or 5xx."""
    return ApiError(499, "The request was cancelled.", code="cancelled")
