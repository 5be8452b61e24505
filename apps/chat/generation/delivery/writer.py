"""Tells viewers what the generations of this process say, every 80 ms, and writes it about once a second.

One statement for all of them. What was told and is lost with the process is taken back by the line `kept`
of whoever goes on (docs/decisions/0010-told-before-written.md); the end is told only once it is written.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from ..fold import Event
from .hub import hub
from .live import LiveLog
from .log import Lease, Line, lines_append
from .pokes import tell_others

logger = logging.getLogger(__name__)
R = TypeVar("R")

TICK_SECONDS = 0.08
# Also the sign of life, and how soon a stop from another process is seen. Longer than a second, so that a lone
# answer's writes, its job's included, stay within three and one a second.
WRITE_SECONDS = 1.2
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
        self._tell_until = 0.0

    def open(self, lease: Lease, on_stop: Callable[[], None], before: Sequence[tuple[int, Event]] = ()) -> LiveLog:
        """Begins to write for `lease`, behind what the log has; `on_stop` is called once, when a stop was asked or
        the lease was lost.
        """
        live = LiveLog(lease, before, on_stop=on_stop, on_news=self._news)
        self._live[lease.generation_id] = live
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="chat writer")
        return live

    def find(self, generation_id: UUID) -> LiveLog | None:
        return self._live.get(generation_id)

    def told(self, generation_id: UUID) -> list[tuple[int, Event]]:
        """What viewers here were told and the log has not yet."""
        live = self.find(generation_id)
        return [(line.seq, line.event) for line in live.told()] if live and not live.lost else []

    async def finish(self, live: LiveLog, end: Event, commit: Callable[[list[Line]], bool]) -> bool:
        """Hands `commit` the last lines with `end`; False when the lease was lost and nothing was written."""
        return await self._close(live, commit, [end])

    async def leave(self, live: LiveLog, commit: Callable[[list[Line]], bool]) -> bool:
        """`finish` without an end: another process goes on."""
        return await self._close(live, commit, [])

    async def _close(self, live: LiveLog, commit: Callable[[list[Line]], bool], last: list[Event]) -> bool:
        async with self._writing:
            if self.find(live.lease.generation_id) is live:  # this process may have taken it over from itself
                del self._live[live.lease.generation_id]
            live.tell()
            lines = [*live.told(), *map(live.line, last)]
            written = not live.lost and await self._in_thread(lambda: commit(lines))
        if written:
            live.write(lines)
            await self._publish([(live, lines)])
        self._news(urgent=True)  # lets the loop end when this was the last one
        return written

    def _news(self, *, urgent: bool) -> None:
        self._wake.set()
        if urgent:
            self._urgent.set()

    async def _run(self) -> None:
        """Tells while the log is written beside it, but not when that has failed or takes long."""
        loop = asyncio.get_running_loop()
        write_at = loop.time() + WRITE_SECONDS
        self._tell_until = write_at + WRITE_SECONDS
        writing: asyncio.Task[None] | None = None
        try:
            while self._live:
                await _either(self._wake, max(write_at - loop.time(), 0.0))
                self._wake.clear()
                self._urgent.clear()
                if loop.time() >= write_at and (writing is None or writing.done()):
                    writing = asyncio.create_task(self._write(), name="chat log")
                    write_at = loop.time() + WRITE_SECONDS
                if loop.time() < self._tell_until:
                    await self._tell()
                await _either(self._urgent, TICK_SECONDS)
        finally:
            self._task = None
            await loop.run_in_executor(_THREAD, _disconnect)

    async def _tell(self) -> None:
        held = [live for live in self._live.values() if not live.lost]
        await self._publish([(live, lines) for live in held if (lines := live.tell())])

    async def _write(self) -> None:
        """What was told, and a sign of life for all. The answer tells who was stopped and who was taken over."""
        loop = asyncio.get_running_loop()
        async with self._writing:
            began = loop.time()
            told = [(live, live.told()) for live in self._live.values()]
            if not told:
                return
            leases = [live.lease for live, _ in told]
            lines = [line for _, some in told for line in some]
            try:
                held = await self._in_thread(lambda: lines_append(leases, lines))
            except DatabaseError as error:
                logger.warning("the event log cannot be written now: %s", error)
                return
            for live, some in told:
                generation_id = live.lease.generation_id
                if generation_id not in held:
                    live.lose()
                    continue
                live.write(some)
                if (chars := held[generation_id]) is not None:
                    live.stop(chars)
        self._tell_until = began + 2 * WRITE_SECONDS
        self._wake.set()  # for what waited until then

    async def _publish(self, told: list[tuple[LiveLog, list[Line]]]) -> None:
        news = [
            (live.lease.generation_id, [(line.seq, line.event) for line in lines], live.written_seq)
            for live, lines in told
        ]
        for generation_id, lines, written in news:
            hub.publish(generation_id, lines, written)
        if news:
            await tell_others(news)

    async def _in_thread(self, statement: Callable[[], R]) -> R:
        """Statements may be repeated: the log takes a line once. A lost connection is opened anew.

        What fails alike each time (a full disk, a lock that is never free) is raised after the last try. Of an end
        that leaves the lease to run out, and the answer is made again as one whose process died, `ATTEMPTS` times.
        """
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
