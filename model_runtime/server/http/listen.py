"""The listening socket and uvicorn's settings, for models and manager alike."""

import json
import socket
from typing import Any

import uvicorn

from model_runtime.journal import note
from model_runtime.server.http.bounded_http import BoundedHttp

KEEP_ALIVE_SECONDS = 75


class CannotListen(Exception):
    """The address is taken, not ours, or no address. The message says which."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. The port is reported on standard output. Raises CannotListen."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise CannotListen(
            f"cannot listen at {host} port {port}: {(error.strerror or str(error)).lower()}"
        ) from error
    host, port = listener.getsockname()[:2]
    report(event="listening", host=host, port=port)
    note("start", host=host, port=port)
    return listener


def server_config(app: Any, *, lifespan: bool = False) -> uvicorn.Config:
    """uvicorn as we run it: one process, no access log (it would note what people do), a bounded header."""
    return uvicorn.Config(
        app,
        log_config=None,  # as all logging of the process
        access_log=False,
        # Who still waits once the drain is over has been told so; the words need a moment to leave.
        timeout_graceful_shutdown=1,
        # Longer than any client of ours keeps an idle connection: who closes first must never be who is asked.
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        http=BoundedHttp,
        ws="none",
        lifespan="on" if lifespan else "off",
    )


def report(**facts: object) -> None:
    """One JSON line on standard output, for the manager and for people."""
    print(json.dumps(facts, ensure_ascii=False), flush=True)
