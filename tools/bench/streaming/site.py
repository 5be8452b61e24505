"""The product's processes as production runs them, with a database of their own, to be killed and stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

import httpx
import psutil
import psycopg

from apps.core.embedded.hold import Hold
from apps.core.embedded.postgres import socket_dir
from tools.product import ROOT, free_port

START_SECONDS = 180.0


class Process:
    """One process of the site; `signal` sends what is named, and `wait` returns once it is gone."""

    def __init__(self, command: list[str], environment: dict[str, str], port: int, path: str) -> None:
        self.command, self.environment, self.port, self.path = command, environment, port, path
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.child
        return self.child.pid

    def start(self) -> Self:
        """Returns once it answers; a process without a port at once."""
        self.child = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while self.path:
            with suppress(httpx.TransportError):
                if httpx.get(self.url + self.path, timeout=5, trust_env=False).status_code == 200:
                    break
            assert self.child.poll() is None and time.monotonic() < deadline, "it did not start"
            time.sleep(0.05)
        return self

    def signal(self, number: int) -> None:
        assert self.child
        self.child.send_signal(number)

    def wait(self, seconds: float = 20.0) -> int:
        assert self.child
        return self.child.wait(seconds)

    def kill(self) -> None:
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()

    def megabytes(self) -> float:
        return float(psutil.Process(self.pid).memory_info().rss / 2**20)

    def cpu_times(self) -> tuple[float, ...]:
        """User and system seconds first."""
        return tuple(psutil.Process(self.pid).cpu_times())


class Site:
    """Database, runtime of numbered words and, where asked for, Redis; `process` makes the product's own.

    `cookies` are the sessions of `visitors` people.
    """

    def __init__(self, data: Path, *, visitors: int, redis: bool = False, **environment: str) -> None:
        self.data, self.visitors, self.stack = data, visitors, ExitStack()
        self.port = free_port()
        self.redis_port = free_port() if redis else 0
        runtime = free_port()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PARLEY_DATA": str(data),
            "SECRET_KEY": "only for this site, and long enough for anybody",
            "DATABASE_URL": f"postgresql://parley@/parley?host={socket_dir(data)}",
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0" if redis else "",
            "RUNTIME_URL": f"http://127.0.0.1:{runtime}",
            "CHAT_LIVE_PER_PERSON": "10000",
            "CHAT_SENDS_PER_MINUTE": "100000",
            **environment,
        }
        module = [sys.executable, "-m", "tools.bench.streaming.numbered", str(runtime)]
        self.runtime = Process(module, self.environment, runtime, "/health")
        redis_command = ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", ""]
        self.redis = Process([*redis_command, "--dir", str(data)], self.environment, self.redis_port, "")

    def __enter__(self) -> Self:
        with self.stack:
            self.data.mkdir(parents=True, exist_ok=True)
            self.stack.enter_context(Hold("postgres", self.data))
            self._started(self.runtime)
            if self.redis_port:
                self._started(self.redis)
            seed = [sys.executable, "-m", "tools.bench.streaming.seed", str(self.visitors)]
            done = subprocess.run(seed, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE)
            self.cookies = [f"sessionid={session}" for session in json.loads(done.stdout)]
            self.reconnect()
            self.stack = self.stack.pop_all()
        return self

    def reconnect(self) -> None:
        """The oracles' connection anew, once the database is back."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.database = self.connect()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "the database did not come back"
                time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def process(self, role: str = "", port: int = 0) -> Process:
        """Started: "web" and "worker" alone, or both in one process."""
        port = port or self.port
        command = [sys.executable, "manage.py", "serve", "--port", str(port), *(("--role", role) if role else ())]
        path = "" if role == "worker" else "/healthz"
        return self._started(Process(command, self.environment, port, path))

    def _started(self, process: Process) -> Process:
        self.stack.callback(process.kill)
        return process.start()

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(f"dbname=parley user=parley host={socket_dir(self.data)}", autocommit=True)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.database.execute(statement, values).fetchall()

    def settled(self, seconds: float) -> None:
        """Returns when no job is left, or after so long."""
        deadline = time.monotonic() + seconds
        left = "SELECT id FROM procrastinate_jobs WHERE task_name = 'generation_run' AND status <> 'succeeded'"
        while self.rows(left) and time.monotonic() < deadline:
            time.sleep(0.2)

    def redis_flush(self) -> None:
        subprocess.run(["redis-cli", "-p", str(self.redis_port), "FLUSHALL"], check=True, capture_output=True)

    def database_restart(self) -> None:
        """As after a power cut: the server's process is killed, and its keeper starts another one."""
        files = Hold("postgres", self.data).files
        while (ready := files.read_ready()) is None:
            time.sleep(0.05)
        os.kill(ready["pid"], signal.SIGQUIT)  # "immediate": no goodbye to anybody
        while ready == files.read_ready():
            time.sleep(0.05)

    def told(self, path: str) -> dict[str, Any]:
        """What the runtime says about itself."""
        return dict(httpx.get(self.runtime.url + path, timeout=10, trust_env=False).json())
