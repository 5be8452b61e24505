"""`python -m apps.core.embedded.keeper NAME DATA`: owns one service until nobody holds a share in it."""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .children import end_child, start_child
from .postgres import Postgres
from .runtime import Runtime
from .service import EmbeddedError, Files, Service

SERVICES: dict[str, Callable[[Path], Service]] = {"postgres": Postgres, "runtime": Runtime}


def keep(service: Service, files: Files) -> int:
    """Runs the service, restarts it when it dies, and returns the exit status once it may end."""
    lock = os.open(files.keeper_lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    unused = threading.Event()
    threading.Thread(target=_wait_until_unused, args=(files, unused), daemon=True).start()
    failures = 0
    while not unused.is_set():
        started = time.monotonic()
        try:
            child = _start(service, files)
        except EmbeddedError as error:
            files.failed.write_text(f"{error}\n")
            if failures == 0:
                return 1
            child = None
        if child is not None:
            while child.poll() is None and not unused.wait(0.05):
                pass
            files.ready.unlink(missing_ok=True)
            if unused.is_set():
                end_child(child, service.stop_signal, service.stop_seconds)
                return 0
        failures = 1 if time.monotonic() - started > 60 else failures + 1
        print(f"service ended by itself; start {failures} after a pause", flush=True)
        unused.wait(min(30.0, 0.2 * 2**failures))
    return 0


def _start(service: Service, files: Files) -> subprocess.Popen[bytes]:
    service.prepare()
    child = start_child(service.command(), env=service.environment(), **service.options())
    try:
        files.write_ready({**service.wait_ready(lambda: child.poll() is None), "pid": child.pid})
    except EmbeddedError:
        end_child(child, service.stop_signal, service.stop_seconds)
        raise
    return child


def _wait_until_unused(files: Files, unused: threading.Event) -> None:
    """The exclusive lock is granted when the last share is gone; kept until exit, so that nobody joins an end."""
    descriptor = os.open(files.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    files.ready.unlink(missing_ok=True)
    unused.set()


if __name__ == "__main__":
    name, data = sys.argv[1], Path(sys.argv[2])
    shared_files = Files(data / name)
    sys.exit(keep(SERVICES[name](data), shared_files))
