"""From the writer to the viewers of the same process, in memory. Viewers elsewhere read the log when poked."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from .pieces import Event

# Lines that a viewer may be behind; an answer that is coalesced every 50 ms takes ten seconds to fill it.
BOUND = 200


class Subscription:
    """What one viewer has not read yet. Past the bound it is emptied: the viewer then reads the log again."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, Event]] = []
        self._news = asyncio.Event()

    def put(self, lines: Sequence[tuple[int, Event]]) -> None:
        self._lines = [*self._lines, *lines] if len(self._lines) + len(lines) <= BOUND else []
        self._news.set()

    def poke(self) -> None:
        """Something is in the log; nobody here knows what."""
        self._news.set()

    async def wait(self, seconds: float) -> bool:
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
    """Subscriptions by generation. Touched only by the event loop."""

    def __init__(self) -> None:
        self._viewers: defaultdict[UUID, set[Subscription]] = defaultdict(set)

    def subscribe(self, generation_id: UUID) -> Subscription:
        subscription = Subscription()
        self._viewers[generation_id].add(subscription)
        return subscription

    def leave(self, generation_id: UUID, subscription: Subscription) -> None:
        viewers = self._viewers[generation_id]
        viewers.discard(subscription)
        if not viewers:
            del self._viewers[generation_id]

    def publish(self, generation_id: UUID, lines: Sequence[tuple[int, Event]]) -> None:
        for subscription in self._viewers.get(generation_id, ()):
            subscription.put(lines)

    def poke(self, generation_id: UUID) -> None:
        for subscription in self._viewers.get(generation_id, ()):
            subscription.poke()


hub = Hub()
