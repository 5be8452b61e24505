"""Parsing in a child process with limits on time and memory; one child serves until a document breaks it."""

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from apps.core.embedded.children import start_child

from .blocks import Block, Extracted, Refused

_log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[3]
SECONDS = 30
MEMORY = 1024**3  # bytes of address space
_MAX_ANSWER = 100_000_000


class Sandbox:
    """A context manager; `extract` may be called any number of times inside it."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._end()

    def extract(self, path: Path, kind: str) -> Extracted:
        """The document's text; raises Refused, with `timeout` or `crashed` where the child did not survive it."""
        try:
            child = self._child or self._start()
            self._send(child, {"path": str(path), "kind": kind})
            answer = json.loads(self._receive(child))
        except Refused:
            self._end()
            raise
        except (OSError, ValueError) as error:  # it died before it was asked, or something else wrote its answer
            self._end()
            raise Refused("crashed") from error
        if code := answer.get("refused"):
            if detail := answer.get("detail"):
                _log.info("%s was refused: %s", path.name, detail)
            raise Refused(code, **answer["values"])
        return Extracted(answer["title"], [Block(**block) for block in answer["blocks"]])

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

    def _send(self, child: subprocess.Popen[bytes], task: dict[str, str]) -> None:
        assert child.stdin is not None  # noqa: S101  a pipe was asked for
        child.stdin.write(json.dumps(task).encode() + b"\n")
        child.stdin.flush()

    def _receive(self, child: subprocess.Popen[bytes]) -> bytes:
        assert child.stdout is not None  # noqa: S101
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while not received.endswith(b"\n"):
                if not selector.select(self._seconds):
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
