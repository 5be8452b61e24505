"""Writes what the generations of this process say: the first words at once, then whatever gathers in 80 ms.

One statement a tick for all of them. Viewers are told after the commit, so nobody sees what could be lost.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from .fold import Event
from .hub import hub
from .live import LiveLog
from .log import Lease, Line, heartbeat, lines_append
from .pokes import poke

logger = logging.getLogger(__name__)
R = TypeVar("R")

TICK_SECONDS = 0.08
HEARTBEAT_SECONDS = 1.0
RETRY_SECONDS = (0.1, 0.3, 1.0, 2.0, 4.0)

_THREAD = ThreadPoolExecutor(1, thread_name_prefix="chat-writer")


class Writer:
    """All methods belong to the event loop; the statements run in a thread of their own."""

    def __init__(self) -> None:
        self._live: dict[UUID, LiveLog] = {}
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._beat_at = 0.0

    def open(self, lease: Lease, on_stop: Callable[[], None], before: Sequence[tuple[int, Event]] = ()) -> LiveLog:
        """Begins to write for `lease`, behind what the log has; `on_stop` is called once, when a stop was asked or
        the lease was lost.
        """
        live = LiveLog(lease, before, on_stop=on_stop, on_news=self._news)
        self._live[lease.generation_id] = live
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="chat writer")
        return live

    def find(self, generation_id: UUID) -> LiveLog | None:
        return self._live.get(generation_id)

    async def finish(self, live: LiveLog, end: Event, commit: Callable[[list[Line]], bool]) -> bool:
        """Hands `commit` the last lines with `end`; False when the lease was lost and nothing was written."""
        return await self._close(live, commit, [end])

    async def leave(self, live: LiveLog, commit: Callable[[list[Line]], bool]) -> bool:
        """`finish` without an end: another process goes on."""
        return await self._close(live, commit, [])

    async def _close(self, live: LiveLog, commit: Callable[[list[Line]], bool], last: list[Event]) -> bool:
        async with self._writing:
            self._live.pop(live.lease.generation_id, None)
            lines = [*live.take(), *map(live.line, last)]
            written = not live.lost and await self._in_thread(lambda: commit(lines))
        if written:
            await self._publish(lines)
        self._news(urgent=True)  # lets the loop end when this was the last one
        return written

    def _news(self, *, urgent: bool) -> None:
        self._wake.set()
        if urgent:
            self._urgent.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        self._beat_at = loop.time() + HEARTBEAT_SECONDS
        try:
            while self._live:
                await _either(self._wake, max(self._beat_at - loop.time(), 0.0))
                self._wake.clear()
                self._urgent.clear()
                try:
                    await self._flush()
                    await self._beat(loop.time())
                except DatabaseError as error:
                    logger.warning("the event log cannot be written now: %s", error)
                await _either(self._urgent, TICK_SECONDS)
        finally:
            await loop.run_in_executor(_THREAD, _disconnect)

    async def _flush(self) -> None:
        async with self._writing:
            lines = [line for live in self._live.values() for line in live.take()]
            if not lines:
                return
            try:
                held = await self._in_thread(lambda: lines_append(lines))
            except DatabaseError:
                for live in self._live.values():
                    live.put_back([line for line in lines if line.lease is live.lease])
                raise
        await self._publish([line for line in lines if line.lease.generation_id in held])
        for line in lines:
            if line.lease.generation_id not in held:
                self._lose(line.lease)

    async def _beat(self, now: float) -> None:
        """A sign of life for all, once a second; the answer tells who was stopped and who was taken over."""
        if now < self._beat_at:
            return
        self._beat_at = now + HEARTBEAT_SECONDS
        leases = [live.lease for live in self._live.values()]
        held = await self._in_thread(lambda: heartbeat(leases))
        for lease in leases:
            if lease.generation_id not in held:
                self._lose(lease)
            elif (chars := held[lease.generation_id]) is not None and (live := self.find(lease.generation_id)):
                live.stop(chars)

    def _lose(self, lease: Lease) -> None:
        live = self._live.get(lease.generation_id)
        if live is not None and live.lease is lease:
            live.lose()

    async def _publish(self, lines: list[Line]) -> None:
        by_generation: dict[UUID, list[tuple[int, Event]]] = {}
        for line in lines:
            by_generation.setdefault(line.lease.generation_id, []).append((line.seq, line.event))
        for generation_id, news in by_generation.items():
            hub.publish(generation_id, news)
            await poke(generation_id, last=news[-1][1]["kind"] == "end")

    async def _in_thread(self, statement: Callable[[], R]) -> R:
        """Statements may be repeated: the log takes a line once. A lost connection is opened anew."""
        loop = asyncio.get_running_loop()
        for pause in RETRY_SECONDS:
            try:
                return await loop.run_in_executor(_THREAD, statement)
            except (OperationalError, InterfaceError):
                await loop.run_in_executor(_THREAD, _disconnect)
                await asyncio.sleep(pause)
        return await loop.run_in_executor(_THREAD, statement)


def _disconnect() -> None:
    """Called in the writer's thread: `connection` means another one in each thread."""
    connection.close()


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


_WRITERS: WeakKeyDictionary[asyncio.AbstractEventLoop, Writer] = WeakKeyDictionary()


def writer() -> Writer:
    """The writer of the running event loop; a process that serves has one loop."""
    loop = asyncio.get_running_loop()
    return _WRITERS.setdefault(loop, Writer())
