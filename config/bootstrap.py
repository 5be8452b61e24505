"""What must stand before Django's own commands run: the data folder, its secret and the embedded database."""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

# Commands that touch no row; all others get a database.
WITHOUT_DATABASE = {"", "help", "version", "check", "compile_locale", "--help", "--version"}
BEGINNING = {"serve", "migrate", "makemigrations", "test"}  # with these an installation is begun or worked on


@contextlib.contextmanager
def database_for(argv: list[str]) -> Iterator[None]:
    """Holds the embedded database during the command in `argv`; ends the process with one clear line on failure."""
    from config.env import BadEnvironment, text

    try:
        from config import settings
        from config.settings.security import secret_key
    except BadEnvironment as error:
        sys.exit(f"parley: {error}")
    command = argv[1] if len(argv) > 1 else ""
    alone = command == "serve" and "runtime" in argv  # that role knows no database
    if command in WITHOUT_DATABASE or alone or not settings.EMBEDDED_DATABASE:
        yield
        return
    if command not in BEGINNING and not text("PARLEY_DATA"):
        _begin(settings.DATA_DIR)
    with embedded_database(settings.DATA_DIR):
        settings.SECRET_KEY = secret_key()  # of a first start's new file; what it signs must outlive it
        yield


def _begin(data: Path) -> None:
    """Whoever asks something of an installation and finds none has theirs in another folder, most likely."""
    if (data / "secret_key").exists():
        return
    none = f"parley: there is no installation in {data}; set PARLEY_DATA if yours lies elsewhere."
    if not sys.stdin.isatty():
        print(f"{none} A new one begins here.", file=sys.stderr)
        return
    print(none, file=sys.stderr)
    try:
        begins = input("Begin a new one here? [y/N] ").strip().lower() in {"y", "yes"}
    except (EOFError, KeyboardInterrupt):
        begins = False
    if not begins:
        sys.exit(1)


@contextlib.contextmanager
def embedded_database(data: Path) -> Iterator[None]:
    """The data folder with its secret, and a share in its database."""
    from apps.core.embedded.hold import Hold
    from apps.core.embedded.service import EmbeddedError

    hold = Hold("postgres", data)
    try:
        data.mkdir(parents=True, exist_ok=True)
        _write_secret_key(data / "secret_key")
        hold.start()
    except (EmbeddedError, OSError) as error:
        sys.exit(f"parley: {_explain(error)}")
    try:
        yield
    finally:
        hold.stop()


def _write_secret_key(path: Path) -> None:
    """Once; whole or not at all, readable by the owner only."""
    if path.exists():
        return
    part = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(part, path)  # fails when another process was first, whose key then counts
    part.unlink()


def _explain(error: Exception) -> str:
    if isinstance(error, OSError):
        hint = "free some space" if error.errno == 28 else "check the folder's permissions"
        return f"{error.strerror}: {error.filename or 'the data folder'}; {hint}, or set PARLEY_DATA."
    return str(error)
