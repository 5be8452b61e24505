"""One event loop for the web server, the job worker and the upkeep; the first that ends stops the others."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable

from apps.core.threads import long_call
from config.prepare import models_wait
from config.serving.upkeep import upkeep
from config.serving.web import web_server
from config.serving.worker import run_worker

logger = logging.getLogger(__name__)


async def serve(
    listening: socket.socket | None, *, worker: bool, told: Callable[[str], None] | None = None
) -> None:
    """Returns after SIGINT or SIGTERM, in the order web, worker, upkeep. Without a socket only the worker runs.

    `told` is called once: with '' when the models that answer are loaded, or with what is wrong.
    """
    # A polite kill ends like ctrl-C: the event loop's own handler cancels this coroutine.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    background = [asyncio.create_task(upkeep(), name="upkeep")] if worker else []
    if worker:
        background.append(asyncio.create_task(run_worker(), name="worker"))
    waiting = asyncio.create_task(_tell(told)) if told else None
    try:
        if listening is not None:
            front = asyncio.create_task(web_server().serve(sockets=[listening]), name="web")
            done, _ = await asyncio.wait([front, *background], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a worker that died takes the process down with its cause, rather than half serving
        else:
            await asyncio.gather(*background)
    finally:
        background += [waiting] if waiting else []
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


async def _tell(told: Callable[[str], None]) -> None:
    try:
        problem = await long_call(models_wait)
    except Exception as error:  # nobody awaits this task, so what went wrong would be said nowhere
        logger.exception("whether the models are loaded was not found out")
        problem = f"{type(error).__name__}: {error}"
    told(problem)
