"""Taking a share in an embedded service, and giving it back."""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

from .service import EmbeddedError, Files

_ROOT = Path(__file__).resolve().parents[3]


class Hold:
    """A share in the service `name` ("postgres" or "runtime") of the data folder `data`.

    While any process has a share the service runs. `start` blocks until it can be used.
    """

    def __init__(self, name: str, data: Path) -> None:
        self.name, self.data = name, data
        self.files = Files(data / name)
        self._lock: int | None = None

    def start(self, *, timeout: float = 90.0) -> Self:
        """Raises EmbeddedError with the cause when the service does not come up."""
        self.files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._lock is None:
            self._lock = os.open(self.files.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
            # Blocks only while a keeper that nobody used any more is ending.
            fcntl.flock(self._lock, fcntl.LOCK_SH)
        deadline = time.monotonic() + timeout
        keeper: subprocess.Popen[bytes] | None = None
        while (ready := self.files.read_ready()) is None or not self._kept():
            if keeper is not None and keeper.poll() is not None:
                if keeper.returncode != 0:
                    raise EmbeddedError(self._why())
                keeper = None  # another holder's keeper was first
            if keeper is None and not self._kept():
                keeper = self._spawn()
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"The {self.name} service did not start in {timeout:.0f} s: see {self.files.log}"
                )
            time.sleep(0.02)
        self.ready: dict[str, Any] = ready
        return self

    def stop(self, *, wait: float = 3.0) -> None:
        """Gives the share back; when it was the last one, waits until the service is gone."""
        if self._lock is None:
            return
        os.close(self._lock)
        self._lock = None
        grace = time.monotonic() + 0.3
        while self.files.ready.exists() and time.monotonic() < grace:
            time.sleep(0.01)
        deadline = time.monotonic() + wait
        while not self.files.ready.exists() and self._kept() and time.monotonic() < deadline:
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def running(self) -> bool:
        return self.files.ready.exists() and self._kept()

    def _kept(self) -> bool:
        """Whether a keeper lives: it holds its lock as long as it does."""
        try:
            descriptor = os.open(self.files.keeper_lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.files.failed.unlink(missing_ok=True)
        with self.files.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "apps.core.embedded.keeper", self.name, str(self.data)],
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # ctrl-C is for the holder, not for the keeper
            )

    def _why(self) -> str:
        try:
            return self.files.failed.read_text().strip()
        except FileNotFoundError:
            return f"The {self.name} service ended at its start: see {self.files.log}"
