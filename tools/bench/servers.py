"""Starts servers, holds them still while another is measured, and ends them."""

import contextlib
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from tools.bench.client import Endpoint
from tools.product import ROOT

START_SECONDS = 180.0


class NotRun(Exception):
    """A peer that cannot be measured here, and why."""


@dataclass
class Server:
    """A running server. `extra` is what its requests carry besides the protocol's common fields."""

    name: str
    endpoint: Endpoint
    process: subprocess.Popen[bytes]
    extra: Mapping[str, object]

    def tree(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    @contextlib.contextmanager
    def awake(self) -> Iterator["Server"]:
        """Let it run for a while. Some servers keep a core busy with waiting, which would slow the one measured."""
        for process in self.tree():
            process.resume()
        try:
            yield self
        finally:
            for process in self.tree():
                process.suspend()

    @property
    def megabytes(self) -> float:
        """Memory that is in use by it alone."""
        return sum(process.memory_full_info().uss for process in self.tree()) / 2**20


@contextlib.contextmanager
def started(
    name: str,
    command: Sequence[str | Path],
    endpoint: Endpoint,
    *,
    env: Mapping[str, str],
    extra: Mapping[str, object],
    health: str = "/health",
) -> Iterator[Server]:
    """The server, held still, once `health` answers {"status": "ready"} or the like. Raises NotRun if it fails."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,  # ours ends when it closes, should we be killed
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        server = Server(name, endpoint, process, extra)
        try:
            _await_health(server, health, log)
            with server.awake():
                pass
            yield server
        finally:
            _end(server)


def _await_health(server: Server, path: str, log: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    url = f"http://127.0.0.1:{server.endpoint.port}{path}"
    request = urllib.request.Request(
        url, headers={"Authorization": f"Bearer {server.endpoint.token}"}
    )  # always loopback
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            if response.status == 200:
                return
        time.sleep(0.2)
    log.seek(0)
    raise NotRun(f"{server.name} did not start: {log.read().decode(errors='replace')[-300:]}")


def _end(server: Server) -> None:
    if server.process.poll() is None:
        for process in server.tree():
            with contextlib.suppress(psutil.Error):
                process.kill()  # suspended ones hear nothing else; there is nothing to save
    server.process.wait(10)
