"""What somebody must see to every few seconds: lost generations, and models that the runtime should have loaded."""

import asyncio
import logging

from apps.chat.services import generations_recover
from apps.core.errors import ApplicationError
from apps.inference.services import runtime_reconcile

log = logging.getLogger(__name__)
EVERY_SECONDS = 5.0


async def upkeep() -> None:
    """Runs until cancelled. A failing round is logged and tried again: the next one may find things mended."""
    while True:
        for step in (runtime_reconcile, generations_recover):
            try:
                await step()
            except ApplicationError as error:
                log.warning("%s: %s", step.__name__, error)
            except Exception:  # whatever it was, the next round may succeed, and ending would end the whole product
                log.exception("%s failed", step.__name__)
        await asyncio.sleep(EVERY_SECONDS)
