"""What an answer is doing, said in turn, also while it waits for a model that the runtime has yet to load."""

import asyncio
import threading
from collections.abc import Callable

from ..fold import Event

LOADING: Event = {"kind": "status", "status": "loading"}


class Steps:
    """Hands the events of one answer on to `say`, on the event loop that it was made on.

    While a model is being loaded that is the step; the one that it holds up is said once the model is there.
    """

    def __init__(self, say: Callable[[Event], None]) -> None:
        self._say = say
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._step: Event | None = None
        self._awaited = 0  # models; classifiers are asked several at a time
        self._is_over = False

    def say(self, event: Event) -> None:
        if event["kind"] == "status":
            self._step = event
            if self._awaited:
                return
        self._say(event)

    def loading(self, begins: bool) -> None:
        """What `loading_told` takes; from any thread."""
        change = 1 if begins else -1
        if threading.get_ident() == self._thread:
            self._count(change)
        else:
            self._loop.call_soon_threadsafe(self._count, change)

    def over(self) -> None:
        """Nothing is said any more: a search may still wait when its answer was stopped."""
        self._is_over = True

    def _count(self, change: int) -> None:
        was, self._awaited = self._awaited, self._awaited + change
        if self._is_over or bool(was) == bool(self._awaited):
            return
        if (step := LOADING if self._awaited else self._step) is not None:
            self._say(step)
