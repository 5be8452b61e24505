"""Loading a model and waiting until it can be used."""

import asyncio
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.core.threads import rest, short_call

from ..errors import RuntimeRefused, RuntimeUnavailable
from .control import Loaded, loaded_models, model_load

LOAD_SECONDS = 600.0
_POLL_SECONDS = 0.1
_Waits = dict[str, "asyncio.Task[Loaded]"]
_teller: ContextVar[Callable[[bool], None]] = ContextVar("loading_teller")
_waits: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Waits]" = weakref.WeakKeyDictionary()


def loading_told(tell: Callable[[bool], None]) -> None:
    """From now on a wait for a model calls `tell(True)` when it begins and `tell(False)` when it is over.

    In this context and wherever it is copied to, whatever the thread: by tasks, `sync_to_async` and `to_thread`.
    Work that is handed to an executor as it is does not know of it.
    """
    _teller.set(tell)


@contextmanager
def _told() -> Iterator[None]:
    tell = _teller.get(None)
    if tell is None:
        yield
        return
    tell(True)
    try:
        yield
    finally:
        tell(False)


@dataclass
class _Wait:
    """One wait for a model, a look at a time."""

    served_id: str
    path: str
    quantization: str
    seconds: float
    began: float = field(default_factory=time.monotonic)
    asked: bool = False

    def look(self) -> Loaded | None:
        """The model once it is ready, else None; asks the runtime for it where that has not been done."""
        found = next((model for model in loaded_models() if model.id == self.served_id), None)
        if found is not None and found.state == "ready":
            return found
        if found is not None and found.state == "failed" and self.asked:
            cause = found.error or _("no reason given")
            raise RuntimeRefused(_("The model did not load: %(cause)s") % {"cause": cause}, extra={"cause": cause})
        if time.monotonic() - self.began > self.seconds:
            raise RuntimeUnavailable(
                _("The model is still loading after %(seconds)d s.") % {"seconds": self.seconds}
            )
        if found is None or (found.state != "stopping" and not self.asked):  # what is stopping must be gone first
            model_load(served_id=self.served_id, path=self.path, quantization=self.quantization)
            self.asked = True
        return None


def model_ensure(*, served_id: str, path: str, quantization: str = "none", seconds: float = LOAD_SECONDS) -> Loaded:
    """Loads the model unless it is loaded, and returns once it has proved itself with a first token or vector.

    Raises RuntimeRefused with the runtime's reason when it fails, RuntimeUnavailable when it takes too long.
    """
    wait = _Wait(served_id, path, quantization, seconds)
    if (found := wait.look()) is not None:
        return found
    with _told():
        while (found := wait.look()) is None:
            rest(_POLL_SECONDS)
    return found


async def model_awaited(*, served_id: str, path: str, quantization: str) -> Loaded:
    """`model_ensure` for the event loop: one poll for all who wait for the model, and no thread between polls."""
    waits = _waits.setdefault(asyncio.get_running_loop(), {})
    task = waits.get(served_id)
    if task is None:
        task = waits[served_id] = asyncio.create_task(_poll(_Wait(served_id, path, quantization, LOAD_SECONDS)))
        task.add_done_callback(lambda done: _over(waits, served_id, done))
    with _told():
        return await asyncio.shield(task)  # who gives up does not end the others' wait


async def _poll(wait: _Wait) -> Loaded:
    while (found := await short_call(wait.look)) is None:  # noqa: ASYNC110  # the runtime is another process
        await asyncio.sleep(_POLL_SECONDS)
    return found


def _over(waits: _Waits, served_id: str, done: "asyncio.Task[Loaded]") -> None:
    del waits[served_id]
    if not done.cancelled():
        done.exception()  # looked at, in case that nobody waits any more
