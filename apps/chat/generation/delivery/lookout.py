"""One look into the log for all viewers of this process, once a second, however many they are.

What another process writes arrives by a poke, and by this when the poke is lost.
"""

import asyncio
import logging
from collections.abc import Iterable
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError, connection

from apps.core.db import in_database

from ...models import LIVE
from .hub import hub

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
_LOOKING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()
_LIVING = """
SELECT id, (SELECT max(seq) FROM chat_generationevent WHERE generation_id = chat_generation.id)
FROM chat_generation WHERE id = ANY(%s) AND status = ANY(%s)
"""


def look_out() -> None:
    """Begins to look, until nobody in this process follows an answer any more."""
    loop = asyncio.get_running_loop()
    if (task := _LOOKING.get(loop)) is None or task.done():
        _LOOKING[loop] = loop.create_task(_look_out(), name="chat lookout")


async def _look_out() -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if not hub.watched():
            return
        try:
            await look()
        except (OperationalError, InterfaceError) as error:
            logger.warning("nobody can look into the event log now: %s", error)
        except Exception:  # whatever it was, all viewers here wait for the next look
            logger.exception("nobody could look into the event log")


async def look() -> None:
    """Pokes who has not all of the log yet, or follows what has ended or is gone."""
    living = await in_database(_living, list(hub.watched()))
    for generation_id, has in hub.watched().items():
        if generation_id not in living or (living[generation_id] or 0) > has:
            hub.poke(generation_id)


def _living(ids: Iterable[UUID]) -> dict[UUID, int | None]:
    """Of those that are still made: the number of the last line that is written."""
    with connection.cursor() as cursor:
        cursor.execute(_LIVING, [list(ids), list(LIVE)])
        return dict(cursor.fetchall())
