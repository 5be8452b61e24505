"""A stream of events that also tells when there is none."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


async def with_beats(events: AsyncGenerator[T, None], seconds: float) -> AsyncGenerator[T | None, None]:
    """The events, and None whenever none came for `seconds`. Closes `events` at its own end."""
    async with aclosing(events):
        while True:
            coming = asyncio.ensure_future(anext(events, _END))
            try:
                while not (await asyncio.wait([coming], timeout=seconds))[0]:
                    yield None
            finally:
                coming.cancel()  # nothing where it has come
                await asyncio.wait([coming])
            event = coming.result()
            if event is _END:
                return
            yield event  # type: ignore[misc]  # the mark of the end has gone


_END = object()
