"""One child process: started with a listening socket of ours, heard through its standard output."""

import asyncio
import json
import logging
import os
import secrets
import socket
from typing import Any

from model_runtime.manager.launch import Launch
from model_runtime.manager.upstream import Upstream

logger = logging.getLogger(__name__)

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")
_PASSED_PREFIXES = ("CUDA_", "NVIDIA_", "OMP_", "MKL_", "NUMBA_", "PYTORCH_", "RUNTIME_", "TRITON_")

MAX_REPORT = 16 * 1024 * 1024
"""Bytes of a child's line: a classifier's report names all its labels."""


class Child:
    """A running process that serves one model. Its pipe of standard input is its lifeline: closed, it ends."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, token: str) -> None:
        self.process = process
        self.upstream = Upstream(port, token)

    @classmethod
    async def start(cls, launch: Launch) -> "Child":
        """Start a process for `launch`; it listens at once and loads meanwhile."""
        token = secrets.token_urlsafe(32)
        listener = socket.socket()
        try:
            listener.bind(("127.0.0.1", 0))
            listener.listen(512)
            port = listener.getsockname()[1]
            process = await asyncio.create_subprocess_exec(
                *launch.command(listener.fileno()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=MAX_REPORT,
                pass_fds=[listener.fileno()],
                start_new_session=True,  # ctrl-C at a terminal is for the manager, which drains first
                env=_environment() | {"RUNTIME_TOKEN": token},
            )
        finally:
            # Our copy goes, so that nobody can connect to a child that has died.
            listener.close()
        return cls(process, port, token)

    async def next_report(self) -> dict[str, Any] | None:
        """The child's next JSON line; None when it has ended."""
        assert self.process.stdout is not None  # noqa: S101  # started with a pipe
        while line := await self.process.stdout.readline():
            try:
                report = json.loads(line)
            except ValueError:
                logger.warning("a child said: %s", line[:200])
                continue
            if isinstance(report, dict):
                return report
        return None

    async def stop(self, patience: float = 2.0) -> None:
        """Ask it to end, and kill it after `patience` seconds."""
        if self.process.returncode is None:
            self.terminate()
            try:
                async with asyncio.timeout(patience):
                    await self.process.wait()
            except TimeoutError:
                self.kill()
                await self.process.wait()

    def terminate(self) -> None:
        """Have it cancel its answers and end."""
        if self.process.returncode is None:
            self.process.terminate()

    def kill(self) -> None:
        """End it at once."""
        if self.process.returncode is None:
            self.process.kill()


def _environment() -> dict[str, str]:
    """Only what a model needs; the manager's own environment may hold secrets."""
    return {
        name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith(_PASSED_PREFIXES)
    }
