"""Runs the server of one model: listens at once, loads meanwhile, ends cleanly."""

import json
import logging
import os
import socket
import sys
import threading

import uvicorn

from model_runtime.loading.errors import ModelRefused
from model_runtime.options import ServeOptions
from model_runtime.process import die_with_manager, on_stdin_closed
from model_runtime.server.app import build_app
from model_runtime.server.runtime import Runtime

logger = logging.getLogger(__name__)


def serve_model(options: ServeOptions, token: str) -> int:
    """Serve until told to stop; 0, or 1 when the model could not be loaded."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    if options.supervised is not None:
        die_with_manager()
    runtime = Runtime(options.name, options.quantization)
    listener = _listener(options)
    server = uvicorn.Server(server_config(build_app(runtime, token=token)))
    if options.supervised is not None or options.exit_with_parent:
        on_stdin_closed(lambda: os._exit(0))
    threading.Thread(target=_load, args=(runtime, options, server), name="load", daemon=True).start()
    server.run(sockets=[listener])
    if runtime.generator is not None:
        runtime.generator.engine.stop(0.2)
    # Not sys.exit: the interpreter's teardown of torch takes longer than we may take to stop.
    sys.stdout.flush()
    os._exit(1 if runtime.state == "failed" else 0)


def server_config(app: object) -> uvicorn.Config:
    """uvicorn as we run it: one process, no access log (it would note what people do), a bounded header."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
        h11_max_incomplete_event_size=65_536,
        http="h11",
        lifespan="off",
    )


def report(**facts: object) -> None:
    """One JSON line on standard output, for the manager and for people."""
    print(json.dumps(facts, ensure_ascii=False), flush=True)


def _listener(options: ServeOptions) -> socket.socket:
    if options.supervised is not None:
        return socket.socket(fileno=options.supervised)
    listener = socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((options.host, options.port))
    listener.listen(512)
    report(event="listening", port=listener.getsockname()[1])
    return listener


def _load(runtime: Runtime, options: ServeOptions, server: uvicorn.Server) -> None:
    try:
        from model_runtime.server.load import load_into

        load_into(runtime, options)
    except ModelRefused as refusal:
        runtime.error = str(refusal)
    except Exception as error:  # whatever loading raises is this model's failure, to be reported as such
        logger.exception("loading failed")
        runtime.error = f"{type(error).__name__}: {str(error)[:500]}"
    if runtime.error is not None:
        runtime.state = "failed"
        report(event="failed", reason=runtime.error)
        server.should_exit = True
        return
    report(
        event="ready",
        memory_bytes=runtime.memory_bytes,
        load_seconds=runtime.load_seconds,
        decode_tokens_per_second=runtime.decode_tokens_per_second,
    )
