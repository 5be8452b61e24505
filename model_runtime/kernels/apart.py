"""Compiling in a process that ends: LLVM keeps a quarter of a gigabyte of the one it compiled in."""

import contextlib
import fcntl
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from model_runtime.kernels.compiler import is_ready
from model_runtime.process import die_with_parent

logger = logging.getLogger(__name__)
PATIENCE = 300.0  # seconds: it takes 17 of a core


def compile_apart(function: Any, module: str) -> None:
    """Have `python -m module` compile `function`, unless that was done already.

    Of several processes that want the same, one has it compiled and the others wait. Where nothing can be kept, or
    anything else goes wrong, whoever calls `function` compiles it.
    """
    if is_ready(function) or not function.stats.cache_path:
        return
    with contextlib.suppress(OSError), (Path(function.stats.cache_path) / f"{module}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_ready(function):
            _compile(module)


def _compile(module: str) -> None:
    command = [sys.executable, "-m", module]
    try:
        # Its words are no JSON lines, as those of a runtime are. What runs before it takes no lock.
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
            preexec_fn=die_with_parent,
        )
    except subprocess.CalledProcessError as error:
        logger.warning("compiling apart failed, status %d: %s", error.returncode, error.stderr[-500:])
    except subprocess.TimeoutExpired:
        logger.warning("compiling apart failed: it was ended after %.0f seconds", PATIENCE)
