"""Requests to the engine, and their events back into the event loop."""

import asyncio
import functools
import random
import secrets
import time
from collections.abc import AsyncIterator, Sequence

from model_runtime.backends.base import Sampling
from model_runtime.backends.grammar import GrammarConstraint
from model_runtime.engine.loop import EngineStopped, QueueFull
from model_runtime.engine.request import OVERDUE, Event, Finished, GenerationRequest, Limits
from model_runtime.server.answering.engine_errors import refused
from model_runtime.server.runtime import Generator

GRACE = 2.0
"""Seconds that the engine has to end an answer itself. If a step hangs it cannot, and nobody shall wait for it."""


class Answers:
    """The running answers of one HTTP request. Close it when nobody listens any more."""

    def __init__(self, generator: Generator) -> None:
        self._engine = generator.engine
        self._loop = asyncio.get_running_loop()
        self._ready: list[tuple[int, list[Event]]] = []
        self._news = asyncio.Event()
        self._requests: list[GenerationRequest] = []
        self._open: set[int] = set()
        self._closed = False
        self._giving_up: asyncio.TimerHandle | None = None

    def start(  # noqa: PLR0913  # what a request may carry, each by its name
        self,
        prompt: Sequence[int],
        sampling: Sampling,
        limits: Limits,
        *,
        count: int,
        seed: int | None,
        constraint: GrammarConstraint | None,
        caller: str = "",
        deadline_seconds: float | None = None,
        adapter: str | None = None,
        images: object | None = None,
        request_id: str | None = None,
        probe: bool = False,
    ) -> None:
        """Queue `count` answers (see `GenerationRequest` for what they carry). Raises ApiError 429 or 503."""
        base = seed if seed is not None else secrets.randbits(63)
        name = request_id or secrets.token_hex(12)
        deadline = time.perf_counter() + deadline_seconds if deadline_seconds is not None else None
        for index in range(count):
            self._requests.append(
                GenerationRequest(
                    prompt=prompt,
                    sampling=sampling,
                    limits=limits,
                    deliver=functools.partial(self._put, index),
                    post=self._loop.call_soon_threadsafe,
                    constraint=constraint.copy() if constraint is not None and index else constraint,
                    id=f"{name}-{index}" if index else name,
                    caller=caller,
                    deadline=deadline,
                    adapter=adapter,
                    images=images,
                    probe=probe,
                    rng=random.Random(base + index),  # noqa: S311  # sampling, not secrecy
                )
            )
        self._open = set(range(count))
        try:
            self._engine.submit(*self._requests)
        except (QueueFull, EngineStopped) as error:
            self._open.clear()
            raise refused(error) from error
        if deadline_seconds is not None:
            self._give_up_in(deadline_seconds + GRACE)

    async def batches(self) -> AsyncIterator[list[tuple[int, list[Event]]]]:
        """All events that are ready, with the numbers of their answers, until each answer has ended."""
        while self._open or self._ready:
            await self._news.wait()
            self._news.clear()
            ready, self._ready = self._ready, []
            yield ready

    def nudge(self) -> None:
        """Have `batches` yield what is ready, though that be nothing."""
        self._news.set()

    def close(self) -> None:
        """Cancel whatever still runs. Safe to call again."""
        if self._open and not self._closed:
            self._closed = True
            for request in self._requests:
                request.cancel()
            self._engine.wake()
            self._give_up_in(GRACE)

    def _put(self, index: int, events: list[Event]) -> None:
        if index not in self._open:
            return  # given up, so it has ended already
        if isinstance(events[-1], Finished):
            self._open.remove(index)
            if not self._open and self._giving_up is not None:
                self._giving_up.cancel()
        self._ready.append((index, events))
        self._news.set()

    def _give_up_in(self, seconds: float) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
        self._giving_up = self._loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        """End what the engine has not ended in time."""
        for index in sorted(self._open):
            request = self._requests[index]
            self._put(index, [request.never_ran(request.ending(time.perf_counter()) or OVERDUE)])
