"""What the keeper needs to know of a service."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


class EmbeddedError(Exception):
    """The service cannot start; the message is one line that says what to do."""


@dataclass(frozen=True)
class Files:
    """The files that keeper and holders share, in one folder per service."""

    folder: Path

    @property
    def users_lock(self) -> Path:
        return self.folder / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.folder / "keeper.lock"

    @property
    def ready(self) -> Path:
        """JSON with what holders need to connect; there only while the service can be used."""
        return self.folder / "ready.json"

    @property
    def failed(self) -> Path:
        return self.folder / "failed.txt"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def read_ready(self) -> dict[str, Any] | None:
        try:
            ready: dict[str, Any] = json.loads(self.ready.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return ready

    def write_ready(self, data: dict[str, Any]) -> None:
        """Atomic, and readable by the owner only: it may hold a token."""
        part = self.ready.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(data, file)
        part.replace(self.ready)


class Service(Protocol):
    """A child process with a beginning and an end."""

    stop_signal: int
    stop_seconds: float

    def prepare(self) -> None:
        """Before each start; raises EmbeddedError."""

    def command(self) -> list[str]: ...

    def environment(self) -> dict[str, str]: ...

    def options(self) -> dict[str, Any]:
        """Further arguments of Popen."""

    def wait_ready(self, alive: "Alive") -> dict[str, Any]:
        """Returns what holders need once the service answers; raises EmbeddedError when it will not."""


class Alive(Protocol):
    def __call__(self) -> bool: ...
