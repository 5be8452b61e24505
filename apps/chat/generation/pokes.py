"""Telling viewers in other processes to look into the log. Safe to lose: they look by themselves every second."""

import asyncio
import time
from uuid import UUID

from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

# The layer carries about a thousand messages a second; a viewer elsewhere is content with five.
EVERY_SECONDS = 0.2
SEND_SECONDS = 0.5
_poked_at: dict[UUID, float] = {}


def group_name(generation_id: UUID) -> str:
    return f"gen.{generation_id}"


async def poke(generation_id: UUID, *, last: bool = False) -> None:
    """Does nothing where all viewers are in this process, that is without Redis."""
    now = time.monotonic()
    if not settings.REDIS_URL or (not last and now - _poked_at.get(generation_id, 0.0) < EVERY_SECONDS):
        return
    if last:
        _poked_at.pop(generation_id, None)
    else:
        _poked_at[generation_id] = now
    message = {"type": "generation.poke", "generation": str(generation_id)}
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await get_channel_layer().group_send(group_name(generation_id), message)
    except (RedisError, OSError, TimeoutError):
        return
