"""Runs the manager."""

import argparse
import logging
import os

from model_runtime import journal
from model_runtime.manager.app import build_manager
from model_runtime.manager.supervisor import Supervisor
from model_runtime.options import shared_words
from model_runtime.process import on_stdin_closed
from model_runtime.server.http.drain import DrainingServer
from model_runtime.server.http.listen import listen, server_config
from model_runtime.server.http.request_log import log_requests


def serve_manager(arguments: argparse.Namespace, token: str) -> int:
    """Serve until told to stop; the exit status."""
    journal.begin()
    if arguments.log_requests:
        log_requests()
    for root in arguments.root:
        if not root.is_dir():
            journal.note("no_such_root", logging.WARNING, path=str(root))
    supervisor = Supervisor(
        arguments.root, shared=shared_words(arguments), drain_seconds=max(0.0, arguments.drain_seconds)
    )
    server = DrainingServer(
        server_config(build_manager(supervisor, token=token), lifespan=True),
        seconds=supervisor.drain_seconds,
        refuse=supervisor.stop,
        # Whoever still listens is told so by the children, while the server shuts down.
        break_off=supervisor.break_off,
    )
    if arguments.exit_with_parent:
        # Children need no word: their own lifelines end with this process.
        on_stdin_closed(lambda: os._exit(0))
    server.run(sockets=[listen(arguments.host, arguments.port)])
    journal.note("end")
    return 0
