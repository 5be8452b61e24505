"""Telling viewers in other processes to look into the log. Safe to lose: they look by themselves every second.

Only where there is Redis; without it all viewers are in the process that writes.
"""

import asyncio
import logging
import time
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

from .hub import hub

logger = logging.getLogger(__name__)

# The layer carries about a thousand messages a second; a viewer elsewhere is content with five.
EVERY_SECONDS = 0.2
SEND_SECONDS = 0.5
# After a failure nothing is sent for so long: the writer waits for a poke that does not get through.
PAUSE_SECONDS = 5.0
GROUP = "pokes"
_PROCESS = uuid4().hex
_poked_at: dict[UUID, float] = {}
_paused_until = 0.0
_FOLLOWING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()


async def poke(generation_id: UUID, *, last: bool = False) -> None:
    """Raises nothing: what does not get through is found by the slow look into the log."""
    now = time.monotonic()
    if not settings.REDIS_URL or (not last and now - _poked_at.get(generation_id, 0.0) < EVERY_SECONDS):
        return
    if last:
        _poked_at.pop(generation_id, None)
    else:
        _poked_at[generation_id] = now
    await poke_others(generation_id)


async def poke_others(key: UUID) -> None:
    """Pokes the viewers of `key`, a generation or a person, in all other processes, at once."""
    global _paused_until  # noqa: PLW0603  (one connection, one state of it)
    now = time.monotonic()
    if not settings.REDIS_URL or now < _paused_until:
        return
    message = {"type": "poke", "key": str(key), "process": _PROCESS}
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await get_channel_layer().group_send(GROUP, message)
    except (RedisError, OSError):
        _paused_until = time.monotonic() + PAUSE_SECONDS


def pokes_follow() -> None:
    """Begins to pass the pokes of other processes on to the viewers here, once in a process."""
    loop = asyncio.get_running_loop()
    if settings.REDIS_URL and ((task := _FOLLOWING.get(loop)) is None or task.done()):
        _FOLLOWING[loop] = loop.create_task(_follow(), name="chat pokes")


async def _follow() -> None:
    while True:
        try:
            await _listen()
        except (RedisError, OSError) as error:
            logger.warning("no pokes from other processes now: %s", error)
        await asyncio.sleep(PAUSE_SECONDS)


async def _listen() -> None:
    """Returns never; raises when Redis cannot be reached. A connection lost later is opened anew by the layer."""
    layer = get_channel_layer()
    await layer.flush()  # what a failed try left behind
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    while True:
        message = await layer.receive(channel)
        if message["process"] != _PROCESS:
            hub.poke(UUID(message["key"]))
