"""A real runtime: its manager as a child process, with tiny models below it."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

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
    command = [sys.executable, "-m", "model_runtime", "--manager", "--root", str(runtime_root)]
    command += ["--port", "0", "--threads", "1", "--exit-with-parent"]
    environment = {**os.environ, "RUNTIME_TOKEN": TOKEN}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, **pipes)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
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
