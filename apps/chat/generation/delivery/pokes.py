"""What is told to viewers in other processes. Safe to lose: they look into the log by themselves every second.

Only where there is Redis; without it they have no more than those looks.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

from ..fold import Event
from .hub import hub

logger = logging.getLogger(__name__)

SEND_SECONDS = 0.5
# After a failure nothing is sent for so long: the writer waits for a message that does not get through.
PAUSE_SECONDS = 5.0
GROUP = "pokes"
_PROCESS = uuid4().hex
_paused_until = 0.0
_FOLLOWING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()


async def tell_others(told: Sequence[tuple[UUID, list[tuple[int, Event]], int]]) -> None:
    """Passes lines on to all other processes, in one message: generation, lines, how far its log goes."""
    await _send({"type": "told", "told": [(str(key), lines, written) for key, lines, written in told]})


async def poke_others(key: UUID) -> None:
    """Pokes the viewers of `key`, a generation or a person, in all other processes."""
    await _send({"type": "poke", "key": str(key)})


async def _send(message: dict[str, Any]) -> None:
    """Raises nothing: what does not get through is found by the slow look into the log."""
    global _paused_until  # noqa: PLW0603  (one connection, one state of it)
    if not settings.REDIS_URL or time.monotonic() < _paused_until:
        return
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await get_channel_layer().group_send(GROUP, message | {"process": _PROCESS})
    except (RedisError, OSError):
        _paused_until = time.monotonic() + PAUSE_SECONDS


def pokes_follow() -> None:
    """Begins to pass on to the viewers here what other processes tell, once in a process."""
    loop = asyncio.get_running_loop()
    if settings.REDIS_URL and ((task := _FOLLOWING.get(loop)) is None or task.done()):
        _FOLLOWING[loop] = loop.create_task(_follow(), name="chat pokes")


async def _follow() -> None:
    while True:
        try:
            await _listen()
        except (RedisError, OSError) as error:
            logger.warning("nothing is heard from other processes now: %s", error)
        await asyncio.sleep(PAUSE_SECONDS)


async def _listen() -> None:
    """Returns never; raises when Redis cannot be reached. A connection lost later is opened anew by the layer."""
    layer = get_channel_layer()
    await layer.flush()  # what a failed try left behind
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    while True:
        message = await layer.receive(channel)
        if message["process"] == _PROCESS:
            continue
        if message["type"] == "poke":
            hub.poke(UUID(message["key"]))
            continue
        for key, lines, written in message["told"]:
            hub.publish(UUID(key), [(seq, event) for seq, event in lines], written)
