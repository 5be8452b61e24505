"""A real runtime: its manager as a child process, with tiny models below it."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings, settings

from apps.inference.runtime.transport import sync_client
from apps.registry.models import ModelVersion, RegisteredModel, Source, VersionState
from tests.apps.judged import one_check_for_the_same_files

__all__ = ["one_check_for_the_same_files"]  # a fixture
TOKEN = secrets.token_urlsafe(16)


@pytest.fixture(scope="session")
def runtime_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runtime-models")


@pytest.fixture(scope="session")
def runtime_url(runtime_root: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "model_runtime", "--manager", "--root", str(runtime_root)]
    command += ["--port", str(port), "--threads", "1", "--exit-with-parent"]
    environment = {**os.environ, "RUNTIME_TOKEN": TOKEN}
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdin=subprocess.PIPE)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{url}/health", trust_env=False)
            break
        except httpx.HTTPError:
            assert process.poll() is None and time.monotonic() < deadline, "the manager did not start"
            time.sleep(0.05)
    yield url
    process.terminate()
    process.wait(60)


@pytest.fixture
def runtime(runtime_url: str, runtime_root: Path, settings: LazySettings) -> str:
    """The application talks to that runtime. What a test loads stays loaded: starting a process takes seconds."""
    settings.RUNTIME_URL, settings.RUNTIME_TOKEN, settings.MODELS_DIR = runtime_url, TOKEN, runtime_root
    sync_client.cache_clear()
    return runtime_url


@pytest.fixture
def new_version(tiny_model: Path, runtime_root: Path) -> Callable[..., ModelVersion]:
    """A version that passed its checks; the same name has the same folder in every test."""

    def make(name: str) -> ModelVersion:
        folder = runtime_root / name
        if not folder.exists():
            shutil.copytree(tiny_model, folder)
        model = RegisteredModel.objects.create(name=name)
        return ModelVersion.objects.create(
            model=model, number=1, state=VersionState.READY, source=Source.PATH, path=str(folder), created_by="test"
        )

    return make
