"""Runs the manager."""

import argparse
import logging
import os
import signal

import uvicorn

from model_runtime.manager.app import build_manager
from model_runtime.process import on_stdin_closed
from model_runtime.server.listen import listen, server_config


def serve_manager(arguments: argparse.Namespace, token: str) -> int:
    """Serve until told to stop; the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = build_manager(arguments.root, threads=max(1, arguments.threads), token=token)
    server = uvicorn.Server(server_config(app, lifespan=True))
    if arguments.exit_with_parent:
        # Children need no word: their own lifelines end with this process.
        on_stdin_closed(lambda: os._exit(0))
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    server.run(sockets=[listen(arguments.host, arguments.port)])
    return 0
