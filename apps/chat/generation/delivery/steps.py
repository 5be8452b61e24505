"""What an answer is doing, said in turn, also while it waits for a model that the runtime has yet to load."""

import asyncio
import threading
from collections.abc import Callable

from ..fold import Event

LOADING: Event = {"kind": "status", "status": "loading"}


class Steps:
    """Hands the events of one answer on to `say`, on the event loop that it was made on.

    The first time that a model is being loaded that is the step, until the next one can begin. Each is said once:
    an answer that waits for several models shall not seem to be tried several times.
    """

    def __init__(self, say: Callable[[Event], None]) -> None:
        self._say = say
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        self._held: Event | None = None  # the step that begins once the model is there
        self._told = self._is_shown = False  # that a model is being loaded
        self._awaited = 0  # models; classifiers are asked several at a time
        self._is_over = False

    def say(self, event: Event) -> None:
        if event["kind"] == "status":
            if self._awaited and self._is_shown:
                self._held = event
                return
            self._is_shown = False
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
        if self._awaited and not self._told:
            self._told = self._is_shown = True
            self._say(LOADING)
        elif not self._awaited and self._held is not None:
            step, self._held, self._is_shown = self._held, None, False
            self._say(step)
