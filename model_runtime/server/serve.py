"""Runs the server of one model: listens at once, loads meanwhile, ends cleanly."""

import logging
import os
import socket
import sys
import threading

import uvicorn

from model_runtime import journal
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.options import ServeOptions
from model_runtime.process import die_with_parent, on_stdin_closed
from model_runtime.server.app import build_app
from model_runtime.server.http.drain import DrainingServer
from model_runtime.server.http.listen import listen, report, server_config
from model_runtime.server.http.request_log import log_requests
from model_runtime.server.routes.health import facts_of
from model_runtime.server.runtime import Runtime

logger = logging.getLogger(__name__)


def serve_model(options: ServeOptions, token: str) -> int:
    """Serve until told to stop; 0, or 1 when the model could not be loaded."""
    journal.begin(model=options.name)
    if options.supervised is not None:
        die_with_parent()
    if options.log_requests:
        log_requests()
    runtime = Runtime(
        options.name,
        options.quantization,
        request_timeout=options.request_timeout,
        queue_size=options.queue_size,
    )
    if options.supervised is not None:
        listener = socket.socket(fileno=options.supervised)
    else:
        listener = listen(options.host, options.port)

    def refuse() -> None:
        runtime.state, runtime.error = "stopping", "The runtime is stopping."

    server = DrainingServer(
        server_config(build_app(runtime, token=token)),
        seconds=options.drain_seconds,
        refuse=refuse,
        # Every client gets an error, which leaves while the server shuts down.
        break_off=runtime.running.cancel_all,
    )
    if options.supervised is not None or options.exit_with_parent:
        on_stdin_closed(lambda: os._exit(0))
    threading.Thread(target=_load, args=(runtime, options, server), name="load", daemon=True).start()
    server.run(sockets=[listener])
    journal.note("end", failed=runtime.state == "failed")
    # Not sys.exit: the interpreter's teardown of torch takes longer than we may take to stop.
    sys.stdout.flush()
    os._exit(1 if runtime.state == "failed" else 0)


def _load(runtime: Runtime, options: ServeOptions, server: uvicorn.Server) -> None:
    try:
        from model_runtime.server.load import load_into

        load_into(runtime, options)
    except ModelRefused as refusal:
        problem = str(refusal)
    except Exception as error:  # whatever loading raises is this model's failure, to be reported as such
        logger.exception("loading failed")
        problem = f"{type(error).__name__}: {str(error)[:500]}"
    else:
        facts = facts_of(runtime)
        journal.note("ready", **{name: fact for name, fact in facts.items() if name != "labels"})
        report(event="ready", **facts)
        return
    runtime.state, runtime.error = "failed", problem
    journal.note("failed", logging.ERROR, reason=problem)
    report(event="failed", reason=problem)
    server.should_exit = True
