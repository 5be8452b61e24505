"""Production: web, worker and runtime each started alone, with Redis and a database of their own."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from apps.core.embedded.hold import Hold
from apps.core.embedded.postgres import socket_dir
from tools.product import ROOT, Parley, asked, free_port

pytestmark = [
    pytest.mark.serve,
    pytest.mark.skipif(not shutil.which("redis-server"), reason="Redis is missing: apt install redis-server"),
]


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with suppress(httpx.ConnectError):
            assert httpx.get(url, timeout=60).status_code == 200
            return
        time.sleep(0.1)
    raise AssertionError(f"it ended with {process.returncode}")


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    data = tmp_path_factory.mktemp("roles")
    redis_port, runtime_port, web_port = free_port(), free_port(), free_port()
    environment = {
        **os.environ,
        "PARLEY_DATA": str(data),
        "SECRET_KEY": "only for this test, and long enough for anybody",
        "DATABASE_URL": f"postgresql://parley@/parley?host={socket_dir(data)}",
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "RUNTIME_URL": f"http://127.0.0.1:{runtime_port}",
        "RUNTIME_TOKEN": "a token for this test",
    }

    def manage(*words: str) -> list[str]:
        return [sys.executable, "manage.py", *words]

    with ExitStack() as stack:
        stack.enter_context(Hold("postgres", data))

        def role(command: list[str]) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(command, cwd=ROOT, env=environment)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process

        role(["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", str(data)])
        runtime = role(manage("serve", "--role", "runtime", "--port", str(runtime_port)))
        subprocess.run(manage("migrate"), cwd=ROOT, env=environment, check=True, capture_output=True)
        wait_for(f"http://127.0.0.1:{runtime_port}/health", runtime)
        subprocess.run(manage("demo_load", "--later"), cwd=ROOT, env=environment, check=True, capture_output=True)
        role(manage("serve", "--role", "worker"))
        web = role(manage("serve", "--role", "web", "--port", str(web_port)))
        wait_for(f"http://127.0.0.1:{web_port}/healthz", web)
        yield Parley(web, web_port, Path(data), [])  # type: ignore[arg-type]


def test_an_answer_crosses_from_the_worker_to_the_web_process(roles: Parley) -> None:
    answer = asked(roles, "How many days do I have to return a lamp?")
    assert answer["end"]["outcome"] == "answered" and "30 days" in answer["text"]
    assert answer["seqs"] == list(range(1, len(answer["seqs"]) + 1))
