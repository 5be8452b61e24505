"""uvicorn's server, except that the first signal drains: it goes on listening until no answer is under way."""

import time
from collections.abc import Callable
from types import FrameType

import uvicorn

from model_runtime import journal


class DrainingServer(uvicorn.Server):
    """Ends when it is told to and idle, at most `seconds` later; a second signal ends it at once.

    `refuse` is called when the drain begins: from then on the application must answer 503 to whoever is new, and
    say so in /ready. It may come in the midst of anything, such as writing a line of the log, so it may only set
    what others look at. `break_off` is called when time is up, and must end the answers that are still under way.
    """

    def __init__(
        self, config: uvicorn.Config, *, seconds: float, refuse: Callable[[], None], break_off: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._seconds = seconds
        self._refuse = refuse
        self._break_off = break_off
        self._deadline: float | None = None
        self._noted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first SIGTERM or SIGINT begins the drain, the second ends everything."""
        if self._deadline is not None:
            self.should_exit = self.force_exit = True
            return
        self._deadline = time.monotonic() + self._seconds
        self._refuse()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to end now."""
        if self._deadline is not None and not self._noted:
            self._noted = True
            journal.note("drain", seconds=self._seconds)
        if self._deadline is not None and not self.should_exit:
            idle = not self.server_state.tasks
            self.should_exit = idle or time.monotonic() >= self._deadline
            if self.should_exit and not idle:
                self._break_off()
        return await super().on_tick(counter)
