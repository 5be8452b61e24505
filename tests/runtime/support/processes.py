"""Starts `python -m model_runtime` as a user does, on a free port."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from model_runtime.process import FORBIDDEN

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "token-of-the-tests"


class RuntimeProcess:
    """A running server or manager, with a client that holds its token."""

    def __init__(self, *arguments: str, module: str = "model_runtime", log: Path | None = None) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in FORBIDDEN}
        environment |= {"RUNTIME_TOKEN": TOKEN, "CUDA_VISIBLE_DEVICES": ""}  # the CPU, also where there is a card
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, "--port", "0", "--threads", "1"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("w") if log else subprocess.DEVNULL,
            text=True,
        )
        self._log = log
        assert self.process.stdout is not None
        self.url = f"http://127.0.0.1:{json.loads(self.process.stdout.readline())['port']}"
        self.client = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60, trust_env=False
        )

    def lines(self, event: str) -> list[dict[str, Any]]:
        """What `log` holds of an event so far; every line of it must be JSON with a time."""
        assert self._log is not None
        lines = [json.loads(line) for line in self._log.read_text().splitlines()]
        assert all(line["time"] and line["level"] for line in lines)
        return [line for line in lines if line["event"] == event]

    def report(self) -> dict[str, Any]:
        """The next JSON line of its standard output."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def load(self, model_id: str, path: Path, **fields: Any) -> httpx.Response:
        body = {"id": model_id, "path": str(path)} | fields
        return self.client.post("/control/load", json=body)

    def status(self, model_id: str) -> dict[str, Any]:
        return self.client.get(f"/control/models/{model_id}").json()

    def settled(self, model_id: str) -> dict[str, Any]:
        """The model's status once it has left `loading`."""
        return eventually(lambda: (found := self.status(model_id))["state"] != "loading" and found)

    def close(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def eventually(check: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The first true value of `check`, which must come in time."""
    deadline = time.monotonic() + seconds
    while True:
        if value := check():
            return value
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
