"""Parsing in a child process with limits on time and memory; one child serves until a document breaks it."""

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from apps.core.embedded.children import start_child

from .blocks import Refused
from .reading import Reading, Task

_log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[3]
SECONDS = 30
MEMORY = 1024**3  # bytes of address space
_MAX_ANSWER = 100_000_000
BROKE = {"crashed", "timeout"}  # the child may not be to blame, nor the file
_FATAL = {*BROKE, "too_long"}  # the child is gone, or in a state that nobody knows


class Sandbox:
    """A context manager; `read` may be called any number of times inside it."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._end()

    def read(self, task: Task) -> Reading:
        """What the file holds; raises Refused, with `timeout` or `crashed` where the child did not survive it."""
        try:
            child = self._child or self._start()
            self._send(child, vars(task))
            answer = json.loads(self._receive(child))
            if code := answer.get("refused"):
                if detail := answer.get("detail"):
                    _log.info("%s was refused: %s", task.name, detail)
                raise Refused(code, **answer["values"])
            return Reading.unpacked(answer)
        except Refused as error:
            if error.code in _FATAL:
                self._end()
            raise
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
        ) as error:  # it died before it was asked, or was not itself
            self._end()
            raise Refused("crashed") from error

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = start_child(
            [sys.executable, "-m", "apps.knowledge.ingest.worker", str(self._memory)],
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            die_with=signal.SIGKILL,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
        )
        self._receive(self._child)
        return self._child

    def _send(self, child: subprocess.Popen[bytes], task: dict[str, Any]) -> None:
        assert child.stdin is not None  # noqa: S101  a pipe was asked for
        child.stdin.write(json.dumps(task).encode() + b"\n")
        child.stdin.flush()

    def _receive(self, child: subprocess.Popen[bytes]) -> bytes:
        assert child.stdout is not None  # noqa: S101
        received = bytearray()
        deadline = time.monotonic() + self._seconds
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise Refused("timeout", limit=round(self._seconds))
                piece = os.read(child.stdout.fileno(), 1 << 20)
                if not piece:
                    raise Refused("crashed")
                received += piece
                if len(received) > _MAX_ANSWER:
                    raise Refused("too_long")
        return bytes(received)

    def _end(self) -> None:
        if self._child is None:
            return
        child, self._child = self._child, None
        child.kill()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]  # both pipes were asked for
        child.wait()
