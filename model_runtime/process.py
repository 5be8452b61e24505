"""Ends a process when the one that started it ends, however that happened."""

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_manager() -> None:
    """Ask the kernel to kill this process when its parent dies; a no-op where there is no prctl."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


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
