"""One event loop for the web server, the job worker and the upkeep; the first that ends stops the others."""

import asyncio
import signal
import socket

from config.serving.upkeep import upkeep
from config.serving.web import web_server
from config.serving.worker import run_worker


async def serve(listening: socket.socket | None, *, worker: bool) -> None:
    """Returns after SIGINT or SIGTERM, in the order web, worker, upkeep. Without a socket only the worker runs."""
    # A polite kill ends like ctrl-C: the event loop's own handler cancels this coroutine.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    background = [asyncio.create_task(upkeep(), name="upkeep")] if worker else []
    if worker:
        background.append(asyncio.create_task(run_worker(), name="worker"))
    try:
        if listening is not None:
            front = asyncio.create_task(web_server().serve(sockets=[listening]), name="web")
            done, _ = await asyncio.wait([front, *background], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a worker that died takes the process down with its cause, rather than half serving
        else:
            await asyncio.gather(*background)
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
