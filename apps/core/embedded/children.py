"""Child processes that end with their parent."""

import ctypes
import os
import signal
import subprocess
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def start_child(
    command: list[str], *, env: dict[str, str], die_with: int = signal.SIGTERM, **options: Any
) -> "subprocess.Popen[bytes]":
    """Starts `command` in its own process group; the kernel sends it `die_with` when this process dies."""
    parent = os.getpid()

    def in_child() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, die_with)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    # preexec_fn calls only prctl and getppid: nothing that could wait for a lock of another thread.
    return subprocess.Popen(command, env=env, process_group=0, preexec_fn=in_child, **options)  # noqa: PLW1509


def end_child(child: "subprocess.Popen[bytes]", stop_signal: int, seconds: float) -> None:
    """Asks with `stop_signal`; after `seconds` the whole process group is killed."""
    if child.poll() is None:
        child.send_signal(stop_signal)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
