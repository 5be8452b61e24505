"""What a process of the runtime does to itself at its start: fewer rights, no secrets, an end with its parent."""

import ctypes
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterable

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_libc = ctypes.CDLL(None)  # opened here: between fork and exec that could wait for a lock

_CREDENTIALS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SECRET_KEY")
FORBIDDEN = frozenset(
    {*_CREDENTIALS, *(f"{name}_FILE" for name in _CREDENTIALS), "PGPASSWORD", "PGPASSFILE", "PGSERVICEFILE"}
)
"""The application's credentials and the files that hold them: what computes strangers' weights has none."""


def credentials_in(environment: Iterable[str]) -> list[str]:
    """The names of variables that must not be in a runtime's environment, sorted."""
    return sorted(FORBIDDEN.intersection(environment))


def give_up_rights() -> None:
    """Never gain rights by running a file, and leave no core dump: it would hold what people asked."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies; a no-op where there is no prctl."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def on_stdin_closed(react: Callable[[], None]) -> None:
    """Call `react` from a thread once standard input reaches its end: the other side is gone."""

    def watch() -> None:
        while True:
            try:
                if not os.read(0, 4096):
                    break
            except OSError:
                break
        react()

    threading.Thread(target=watch, name="stdin-watch", daemon=True).start()
