"""From the writer to the viewers of this process, in memory, whether it is the writer here or in another one.

A person's open tabs are viewers as well, of the person: they are poked when something of theirs has changed.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from ..fold import Event

# Lines that a viewer may be behind; an answer that is told every 80 ms takes 16 seconds to fill it.
BOUND = 200


class Subscription:
    """What one viewer has not read yet. Past the bound it is emptied: the viewer then reads the log again.

    `has` is the number of the last line that a generation's viewer has; None of a tab that only hears of changes.
    `written` is how far the log was last said to go, and `must_look` that it has to be read whatever that is.
    """

    def __init__(self, has: int | None = None) -> None:
        self.has = has
        self.written = 0
        self.must_look = True
        self._lines: list[tuple[int, Event]] = []
        self._news = asyncio.Event()

    def put(self, lines: Sequence[tuple[int, Event]], written: int = 0) -> None:
        self.written = max(self.written, written)
        self._lines += lines
        self._bound()
        self._news.set()

    def put_back(self, lines: Sequence[tuple[int, Event]], has: int) -> None:
        """Something is missing between the line `has` and these, which wait until the log is known to have it."""
        if lines:
            self._lines[:0] = lines
            self.must_look |= has < self.written
            self._bound()

    def _bound(self) -> None:
        if len(self._lines) > BOUND:
            self._lines, self.must_look = [], True

    def poke(self) -> None:
        """Something is in the log; nobody here knows what."""
        self.must_look = True
        self._news.set()

    async def wait(self, seconds: float | None = None) -> bool:
        """True on news, False when `seconds` went by without."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        self._news.clear()
        return True

    def take(self) -> list[tuple[int, Event]]:
        lines, self._lines = self._lines, []
        return lines


class Hub:
    """Subscriptions by generation, or by person. Touched only by the event loop."""

    def __init__(self) -> None:
        self._viewers: defaultdict[UUID, set[Subscription]] = defaultdict(set)

    def subscribe(self, key: UUID, has: int) -> Subscription:
        subscription = Subscription(has)
        self.join(key, subscription)
        return subscription

    def join(self, key: UUID, subscription: Subscription) -> None:
        self._viewers[key].add(subscription)

    def leave(self, key: UUID, subscription: Subscription) -> None:
        viewers = self._viewers[key]
        viewers.discard(subscription)
        if not viewers:
            del self._viewers[key]

    @asynccontextmanager
    async def joined(self, key: UUID, subscription: Subscription) -> AsyncIterator[None]:
        self.join(key, subscription)
        try:
            yield
        finally:
            self.leave(key, subscription)

    def watched(self) -> dict[UUID, int]:
        """The generations that are followed here, with the last line that all of their viewers have."""
        numbers = {key: [one.has for one in some if one.has is not None] for key, some in self._viewers.items()}
        return {key: min(has) for key, has in numbers.items() if has}

    def publish(self, key: UUID, lines: Sequence[tuple[int, Event]], written: int = 0) -> None:
        """Tells the viewers `lines`; the log goes up to the number `written`."""
        for subscription in self._viewers.get(key, ()):
            subscription.put(lines, written)

    def poke(self, key: UUID, *, but: Subscription | None = None) -> None:
        for subscription in self._viewers.get(key, ()):
            if subscription is not but:
                subscription.poke()


hub = Hub()
