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
from model_runtime.engine.request import Event, Finished, GenerationRequest, Limits
from model_runtime.server.engine_errors import refused
from model_runtime.server.runtime import Generator


class Answers:
    """The running answers of one HTTP request. Close it when nobody listens any more."""

    def __init__(self, generator: Generator) -> None:
        self._engine = generator.engine
        self._loop = asyncio.get_running_loop()
        self._ready: list[tuple[int, list[Event]]] = []
        self._news = asyncio.Event()
        self._requests: list[GenerationRequest] = []
        self._open = 0

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
        self._open = count
        try:
            self._engine.submit(*self._requests)
        except (QueueFull, EngineStopped) as error:
            self._open = 0
            raise refused(error) from error

    async def batches(self) -> AsyncIterator[list[tuple[int, list[Event]]]]:
        """All events that are ready, with the numbers of their answers, until each answer has ended."""
        while self._open:
            await self._news.wait()
            self._news.clear()
            ready, self._ready = self._ready, []
            self._open -= sum(isinstance(events[-1], Finished) for _, events in ready)
            yield ready

    def nudge(self) -> None:
        """Have `batches` yield what is ready, though that be nothing."""
        self._news.set()

    def close(self) -> None:
        """Cancel whatever still runs. Safe to call again."""
        if self._open:
            for request in self._requests:
                request.cancel()
            self._engine.wake()

    def _put(self, index: int, events: list[Event]) -> None:
        self._ready.append((index, events))
        self._news.set()
